import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ownWaySettings, withoutOtherPlaces } from '../../backups/restore/settings.ts';
import type { RestoreTarget } from '../../backups/restore/target.ts';
import type { ToolBackup } from '../../backups/tools/tool-catalogue.ts';
import { toolTitles, type BackupToolSpec } from '../../core/backup-tool.ts';
import { findPostgresIdentity, makePrivateDirectory } from '../../runtime/postgres-identity.ts';
import { postgresBinariesOf } from '../../runtime/postgres-versions.ts';
import type { RestorePlace } from '../restore/place.ts';
import type { RestoreListener } from '../restore/restore.ts';
import { startRestored, type Started } from '../restore/start.ts';
import { backupsOfTool } from './look-at-tool.ts';
import { restoreWords } from './restore-words.ts';
import { copiedAfter, spawnTool } from './running-tool.ts';

/** Further back than that nobody looks by himself. */
const LOOKED_AT = 60;

export type ToolRestore = {
  tool: BackupToolSpec;
  to: RestoreTarget;
  /** The backup to begin with; what fits when absent. */
  label?: string;
  /** A directory that is new or empty; its data/ is the server's afterwards. */
  into: string;
};
export type ToolRestored = {
  /** The backup from which it was brought there. */
  label: string;
  major: number;
  place: RestorePlace;
  started: Started | { notStarted: string };
};

/**
 * Brings a database back with the tool that has its backups, into a directory of its own, and starts it there, so that it is known that it
 * can be. It goes over nothing, archives nothing, and touches nothing of the server that was backed up.
 */
export async function restoreWithTool(
  { tool, to, label, into }: ToolRestore,
  listener: RestoreListener,
): Promise<{ done: ToolRestored } | { refused: string }> {
  listener.step(`asking ${toolTitles[tool.name]} what it has`);
  const chosen = await choose(tool, to, label);
  if ('refused' in chosen) return chosen;
  const place = placeOf(into);
  const taken = await whyNotHere(place, chosen.backup);
  if (taken !== undefined) return { refused: taken };
  const words = await restoreWords(tool, chosen.backup, { to, fixed: label !== undefined, place });
  if ('refused' in words) return words;
  takePlace(place);
  listener.step(`${toolTitles[tool.name]} restores ${chosen.backup.label}`);
  const refused = await carryOut(tool, words.words, listener);
  if (refused !== undefined) return { refused };
  return start(tool, place, to, { label: chosen.backup.label, listener });
}

async function choose(
  tool: BackupToolSpec,
  to: RestoreTarget,
  label: string | undefined,
): Promise<{ backup: ToolBackup } | { refused: string }> {
  const title = toolTitles[tool.name];
  if (tool.command === null || tool.name === 'wal-g' || basename(tool.command[0] ?? '') === 'ssh')
    return { refused: `${title} cannot be run on this machine: restore on its own machine, or write backup.command.` };
  const looked = await backupsOfTool(tool, LOOKED_AT);
  if ('unseen' in looked) return { refused: `${title} could not be asked: ${looked.unseen}.` };
  const good = (looked.repositories[0]?.backups ?? [])
    .filter(({ problems }) => problems.length === 0)
    .toSorted((one, other) => (one.endedAt < other.endedAt ? -1 : 1));
  const backup =
    label === undefined ? good.findLast((one) => isBefore(one, to)) : good.find((one) => one.label === label);
  if (backup !== undefined) return { backup };
  return {
    refused:
      label === undefined ? `${title} has no backup that ended before that.` : `${title} has no backup ${label}.`,
  };
}

/** A backup is consistent only from its end on. */
function isBefore({ endedAt, stopLsn }: ToolBackup, to: RestoreTarget): boolean {
  if (to.kind === 'time') return endedAt <= to.at;
  return to.kind !== 'lsn' || lsnKey(stopLsn) <= lsnKey(to.lsn);
}

function lsnKey(lsn: string): string {
  return lsn
    .split('/')
    .map((half) => half.toUpperCase().padStart(8, '0'))
    .join('/');
}

function placeOf(into: string): RestorePlace {
  const directory = resolve(into);
  return { directory, data: join(directory, 'data'), wal: join(directory, 'wal'), parts: join(directory, 'parts') };
}

/** Why it cannot be restored there, a sentence. */
async function whyNotHere({ directory }: RestorePlace, { plainBytes }: ToolBackup): Promise<string | undefined> {
  if (existsSync(directory) && (!statSync(directory).isDirectory() || readdirSync(directory).length > 0))
    return `${directory} is not empty: a restore never goes over anything. Name a new directory.`;
  const { bavail, bsize } = await statfs(existing(directory));
  const freeBytes = bavail * bsize;
  if (freeBytes >= plainBytes) return undefined;
  return `there is not room enough: ${gigabytes(plainBytes)} are needed and ${gigabytes(freeBytes)} are free where ${directory} is to be.`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path));
}

/** The tool may run as the account of the server, which has to come to its files. */
function takePlace({ directory, data }: RestorePlace): void {
  const identity = findPostgresIdentity();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (identity !== undefined) chmodSync(directory, 0o711);
  for (const path of [data, join(directory, 'tablespaces')]) makePrivateDirectory(path, identity);
}

async function carryOut(
  tool: BackupToolSpec,
  words: readonly string[],
  { bytes }: RestoreListener,
): Promise<string | undefined> {
  let copied = { copiedBytes: 0, percent: 0 };
  const { over } = spawnTool(tool, words, (line) => {
    copied = copiedAfter(copied, line);
    if (copied.percent > 0) bytes(copied.copiedBytes, (copied.copiedBytes * 100) / copied.percent);
  });
  const said = await over;
  return 'refused' in said ? said.refused : undefined;
}

async function start(
  tool: BackupToolSpec,
  place: RestorePlace,
  to: RestoreTarget,
  { label, listener }: { label: string; listener: RestoreListener },
): Promise<{ done: ToolRestored } | { refused: string }> {
  const version = join(place.data, 'PG_VERSION');
  if (!existsSync(version))
    return {
      refused: `${toolTitles[tool.name]} ended well and nothing is in ${place.data}: its command works on another machine.`,
    };
  const major = Number.parseInt(readFileSync(version, 'utf8'), 10);
  goOwnWay(place);
  const binaries = postgresBinariesOf(major);
  const done = { label, major, place };
  if (binaries === undefined)
    return { done: { ...done, started: { notStarted: `this machine has no PostgreSQL ${major}` } } };
  listener.step('replaying WAL');
  return { done: { ...done, started: await startRestored(place, to, binaries) } };
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
