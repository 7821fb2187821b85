import {
  readPgbackrestArchive,
  readPgbackrestInfo,
  type PgbackrestRepository,
} from '../../backups/tools/pgbackrest.ts';
import type { ToolCatalogue } from '../../backups/tools/tool-catalogue.ts';
import { Fault } from '../../core/errors.ts';
import { askTool, complaintIn } from './tool-command.ts';

/** What can be asked for beside the list: read as it is, so that a gap is seen that `info` does not tell of. */
const QUIET = ['--log-level-console=off', '--log-level-stderr=error', '--log-level-file=off'];

/** What pgBackRest says of a stanza, and what lies in the archives of its repositories. */
export async function askPgbackrest(command: readonly string[], stanza: string): Promise<ToolCatalogue[]> {
  const repositories = await infoOf(command, stanza);
  return Promise.all(repositories.map((repository) => withWal(command, stanza, repository)));
}

/** The backups alone, without WAL. */
export async function askPgbackrestBackups(command: readonly string[], stanza: string): Promise<ToolCatalogue[]> {
  return (await infoOf(command, stanza)).map(({ catalogue }) => catalogue);
}

async function infoOf(command: readonly string[], stanza: string): Promise<PgbackrestRepository[]> {
  return readPgbackrestInfo(await asked(command, [`--stanza=${stanza}`, '--output=json', ...QUIET, 'info']), stanza);
}

async function withWal(
  command: readonly string[],
  stanza: string,
  { key, archiveId, catalogue }: PgbackrestRepository,
): Promise<ToolCatalogue> {
  if (archiveId === null) return catalogue;
  const folder = `archive/${stanza}/${archiveId}`;
  const own = [`--repo=${key}`, ...QUIET];
  const wal = readPgbackrestArchive(await asked(command, [...own, '--recurse', '--output=json', 'repo-ls', folder]));
  const youngest = wal.reduce((most, { timeline }) => Math.max(most, timeline), 1);
  if (youngest === 1) return { ...catalogue, wal };
  const name = `${youngest.toString(16).toUpperCase().padStart(8, '0')}.history`;
  const history = await asked(command, [...own, 'repo-get', `${folder}/${name}`]).catch(() => undefined);
  return { ...catalogue, wal, ...(history === undefined ? {} : { history }) };
}

async function asked(command: readonly string[], words: readonly string[]): Promise<string> {
  const answer = await askTool(command, words);
  if (answer.exitCode === 0) return answer.stdout;
  throw new Fault('target_unreachable', `pgBackRest ended with code ${answer.exitCode}: ${complaintIn(answer)}`);
}
