import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  readBarmanBackup,
  readBarmanCheck,
  readBarmanList,
  readBarmanServer,
  readBarmanWal,
  type BarmanShown,
} from '../../backups/tools/barman.ts';
import type { ToolBackup, ToolCatalogue } from '../../backups/tools/tool-catalogue.ts';
import { Fault } from '../../core/errors.ts';
import { askTool, complaintIn } from './tool-command.ts';

/** Each is a question of its own, which takes Barman half a second. */
const LOOKED_AT = 20;
const AT_ONCE = 2;

/** What Barman says of a server, and what WAL its own list has, where that can be read. */
export async function askBarman(command: readonly string[], server: string): Promise<ToolCatalogue> {
  const catalogue = await askBarmanBackups(command, server, LOOKED_AT);
  const about = await asked(command, ['show-server', server]);
  const { walsDirectory, systemId } = readBarmanServer(about, server);
  const complaints = readBarmanCheck(await asked(command, ['check', server]), server);
  const wal = walsDirectory === null ? 'it names no directory' : await walIn(walsDirectory);
  if (typeof wal !== 'string') return { ...catalogue, systemId, complaints, wal };
  return {
    ...catalogue,
    systemId,
    complaints,
    notes: [...catalogue.notes, `Barman's WAL cannot be seen from here: ${wal}`],
  };
}

/** The newest backups alone. */
export async function askBarmanBackups(
  command: readonly string[],
  server: string,
  most: number,
): Promise<ToolCatalogue> {
  const ids = readBarmanList(await asked(command, ['list-backup', server]), server);
  const newest = ids.slice(-most);
  const shown = await fewAtOnce(newest, async (id) =>
    readBarmanBackup(await asked(command, ['show-backup', server, id]), server),
  );
  const left = ids.length - newest.length;
  return {
    store: 'barman',
    systemId: '',
    major: shown.reduce((highest, one) => ('backup' in one ? Math.max(highest, one.major) : highest), 0),
    backups: shown.flatMap((one) => backupOf(one)),
    unfinished: shown.flatMap((one) => ('unfinished' in one ? [one.unfinished] : [])),
    wal: null,
    complaints: [],
    notes: left > 0 ? [`the ${left} oldest backups were not looked at`] : [],
  };
}

/** A backup that failed is one that is missing: it stands in the list with the reason. */
function backupOf(shown: BarmanShown): ToolBackup[] {
  if ('backup' in shown) return [shown.backup];
  if ('unfinished' in shown) return [];
  const [, day = '', time = ''] = /^(\d{8})T(\d{6})$/.exec(shown.failed) ?? [];
  const at = `${day.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}.000Z`;
  const none = { sizeBytes: 0, plainBytes: 0, timeline: 1, startLsn: '0/0', stopLsn: '0/0' };
  return [
    { label: shown.failed, kind: 'full', startedAt: at, endedAt: at, ...none, problems: [`it failed: ${shown.why}`] },
  ];
}

/** Barman's own list of it; why it cannot be read otherwise. */
async function walIn(directory: string): Promise<ToolCatalogue['wal'] | string> {
  try {
    return readBarmanWal(await readFile(join(directory, 'xlog.db'), 'utf8'));
  } catch (thrown) {
    return `${directory} (${thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unreadable'})`;
  }
}

/** `check` ends with 1 where something is wrong, and its answer is whole all the same. */
async function asked(command: readonly string[], words: readonly string[]): Promise<string> {
  const answer = await askTool(command, ['-f', 'json', ...words]);
  if (answer.exitCode === 0 || (words.includes('check') && answer.stdout.startsWith('{'))) return answer.stdout;
  throw new Fault('target_unreachable', `Barman ended with code ${answer.exitCode}: ${complaintIn(answer)}`);
}

async function fewAtOnce<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  const rest = all.entries();
  const worker = async (): Promise<void> => {
    for (const [index, one] of rest) done[index] = await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return done;
}
