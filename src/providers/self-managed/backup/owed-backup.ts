import { readOwed, readRecord } from '../../../backups/catalogue/record.ts';
import { owedKey, placeKey, type System } from '../../../backups/layout.ts';
import type { BackupStore, Pieces } from '../../../core/backup-store.ts';
import { lsnOf } from '../../../core/lsn.ts';
import type { OwedBackup, PostgresBackupRecord } from '../../../core/backup.ts';
import type { PostgresMember } from '../../../targets/postgres.ts';

/** From where on the stored WAL serves nobody until there is a backup after it. */
export type Since = { timeline: number; lsn: bigint };

/** What was missed for longer is for the policy and its alarms: a server that gives no backup is not asked for one all day. */
const OWED_MS = 1_800_000;
/** None of the older ones can have been begun since. */
const NEWEST = 5;

/** Each login sees its own. https://www.postgresql.org/docs/current/progress-reporting.html#BASEBACKUP-PROGRESS-REPORTING */
const UNDER_WAY = 'SELECT pid FROM pg_stat_progress_basebackup';

/** Keeps in the store that a backup is owed, before that is stored from which nobody could tell it any more. */
export async function oweBackup(store: BackupStore, system: System, since: Since, owed: OwedBackup): Promise<void> {
  await store.put(owedKey(system, since), once(Buffer.from(JSON.stringify({ version: 1, ...owed }))));
}

/** The last that is owed and that nobody takes at this moment: whoever met the reason for it died before there was a backup. */
export async function owedBackup(
  store: BackupStore,
  system: System,
  members: readonly PostgresMember[],
  nowMs: number,
): Promise<OwedBackup | undefined> {
  let last: { key: string; modifiedAt: string } | undefined;
  for await (const object of store.list(`${placeKey(system)}/owed/`)) last = object;
  if (last === undefined || nowMs - Date.parse(last.modifiedAt) > OWED_MS) return undefined;
  const [, timeline = '', lsn = ''] = /([0-9A-F]{8})-([0-9A-F]{16})\.json$/.exec(last.key) ?? [];
  const since = { timeline: Number.parseInt(timeline, 16), lsn: BigInt(`0x${lsn}`) };
  const said = readOwed((await textOf(await store.get(last.key))) ?? '');
  // One backup too many is better than none.
  const owed = 'read' in said ? said.read : { gap: { afterLsn: null, why: 'what was kept of a gap cannot be read' } };
  const records = await newestRecords(store, system);
  if (records.some((record) => pays(record, since, owed))) return undefined;
  const underWay = await Promise.all(members.map(({ query }) => query(UNDER_WAY)));
  return underWay.flat().length > 0 ? undefined : owed;
}

/** Pure: over a gap any backup helps; an increment has mostly no way over a promotion. */
function pays({ kind, wal }: PostgresBackupRecord, { timeline, lsn }: Since, owed: OwedBackup): boolean {
  if ('leftTimeline' in owed) return kind === 'full' && wal.timeline >= timeline;
  return wal.timeline >= timeline && lsnOf(wal.stopLsn) >= lsn;
}

async function newestRecords(store: BackupStore, system: System): Promise<PostgresBackupRecord[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(`${placeKey(system)}/base/`)) if (key.endsWith('/done.json')) keys.push(key);
  const read = await Promise.all(
    keys.slice(-NEWEST).map(async (key) => recordOf(await textOf(await store.get(key)), key)),
  );
  return read.flatMap((record) => record ?? []);
}

function recordOf(text: string | undefined, key: string): PostgresBackupRecord | undefined {
  const said = text === undefined ? undefined : readRecord(text, key.split('/').at(-2) ?? '');
  return said !== undefined && 'read' in said && said.read.engine === 'postgres' ? said.read : undefined;
}

async function textOf(pieces: Pieces | undefined): Promise<string | undefined> {
  if (pieces === undefined) return undefined;
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Uint8Array.from(piece));
  return Buffer.concat(all).toString('utf8');
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
