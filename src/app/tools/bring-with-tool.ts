import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { ownWaySettings, withoutOtherPlaces } from '../../backups/restore/settings.ts';
import type { RestoreTarget } from '../../backups/restore/target.ts';
import type { ToolBackup } from '../../backups/tools/tool-catalogue.ts';
import { restoresHere, toolTitles, type BackupToolSpec } from '../../core/backup-tool.ts';
import { findPostgresIdentity, makePrivateDirectory } from '../../runtime/postgres-identity.ts';
import type { RestorePlace } from '../restore/place.ts';
import type { RestoreListener } from '../restore/restore.ts';
import { differencesFromManifest } from './manifest-of-copy.ts';
import { restoreWords } from './restore-words.ts';
import { copiedAfter, endTool, spawnTool } from './running-tool.ts';
import { isDamage } from './tool-damage.ts';

export type ToolBringing = {
  tool: BackupToolSpec;
  backup: ToolBackup;
  to: RestoreTarget;
  /** The backup was chosen, and is not for the tool to choose. */
  fixed: boolean;
  place: RestorePlace;
  /** Ends the tool. */
  signal?: AbortSignal;
};
/** `broken`: what the tool says of something in its repository that is missing or not what was written. */
export type ToolBrought = { major: number } | { refused: string } | { broken: string };

/** Pure: why a tool cannot restore on this machine, a sentence; undefined where it may. */
export function whyNotRestoring(tool: BackupToolSpec): string | undefined {
  if (restoresHere(tool)) return undefined;
  return `${toolTitles[tool.name]} cannot be run on this machine: restore on its own machine, or write backup.command.`;
}

export function toolPlace(into: string): RestorePlace {
  const directory = resolve(into);
  return { directory, data: join(directory, 'data'), wal: join(directory, 'wal'), parts: join(directory, 'parts') };
}

/** Has a tool bring a backup into a directory that is new or empty, ready to be started: it archives nothing, and leads nowhere. */
export async function bringWithTool(bringing: ToolBringing, { bytes }: RestoreListener): Promise<ToolBrought> {
  const { tool, backup, place } = bringing;
  const words = await restoreWords(tool, backup, bringing);
  if ('refused' in words) return words;
  takePlace(place);
  const failed = await carryOut(bringing, words.words, bytes);
  if (failed !== undefined) return failed;
  const version = join(place.data, 'PG_VERSION');
  if (!existsSync(version))
    return {
      refused: `${toolTitles[tool.name]} ended well and nothing is in ${place.data}: its command works on another machine.`,
    };
  const major = Number.parseInt(readFileSync(version, 'utf8'), 10);
  const [different, ...more] = await differencesFromManifest(place.data, bringing.signal);
  if (different !== undefined)
    return { broken: `${different}${more.length > 0 ? ` ${more.length} more like it.` : ''}` };
  goOwnWay(place);
  return { major };
}

/** The tool may run as the account of the server, which has to come to its files. */
function takePlace({ directory, data }: RestorePlace): void {
  const identity = findPostgresIdentity();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (identity !== undefined) chmodSync(directory, 0o711);
  for (const path of [data, join(directory, 'tablespaces')]) makePrivateDirectory(path, identity);
}

async function carryOut(
  { tool, signal }: ToolBringing,
  words: readonly string[],
  bytes: RestoreListener['bytes'],
): Promise<{ refused: string } | { broken: string } | undefined> {
  let copied = { copiedBytes: 0, percent: 0 };
  const spawned = spawnTool(tool, words, (line) => {
    copied = copiedAfter(copied, line);
    if (copied.percent > 0) bytes(copied.copiedBytes, (copied.copiedBytes * 100) / copied.percent);
  });
  const stopped = Promise.withResolvers<{ refused: string }>();
  const stop = (): void => void endTool(spawned).then(stopped.resolve, stopped.reject);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop);
  const said = await Promise.race([spawned.over, stopped.promise]).finally(() =>
    signal?.removeEventListener('abort', stop),
  );
  if (signal?.aborted === true) return stopped.promise;
  if ('ended' in said) return undefined;
  return isDamage(tool.name, spawned.child.exitCode, said.refused) ? { broken: said.refused } : said;
}

/** What the tool wrote of recovery stays, its signal too: Barman needs none where all WAL is to be replayed. All that leads back to the server that was copied is taken out. */
function goOwnWay({ directory, data }: RestorePlace): void {
  const tablespaces = join(directory, 'tablespaces');
  rmSync(join(data, 'standby.signal'), { force: true });
  if (readdirSync(tablespaces).length === 0) rmdirSync(tablespaces);
  const configuration = join(data, 'postgresql.conf');
  if (existsSync(configuration)) writeFileSync(configuration, withoutOtherPlaces(readFileSync(configuration, 'utf8')));
  appendFileSync(join(data, 'postgresql.auto.conf'), ownWaySettings());
}
