import type { PostgresMember } from '../../../targets/postgres.ts';
import type { Follower, WalSlot } from '../../../targets/backups.ts';
import { namesAsStandby } from './standby-names.ts';

export const SLOT_NAME = 'nightshift';
/** As pg_stat_replication shows the receiver. */
export const RECEIVER_NAME = 'nightshift_wal';
/** The same of a process that follows for good. */
export const FOLLOWER_NAME = 'nightshift_follow';

/** https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE */
const SETTINGS = `
  SELECT current_setting('max_slot_wal_keep_size') AS "keepSize", current_setting('synchronous_standby_names') AS "standbyNames",
         pg_size_bytes(current_setting('wal_segment_size'))::int AS "segmentBytes",
         current_setting('wal_block_size')::int AS "pageBytes"`;
/** https://www.postgresql.org/docs/current/view-pg-replication-slots.html */
const SLOT = `
  SELECT restart_lsn::text AS "restartLsn", active_pid AS "activePid", wal_status AS status, safe_wal_size AS "safeBytes"
    FROM pg_replication_slots WHERE slot_name = $1 AND slot_type = 'physical'`;
/** Whose session it is, everybody sees of their own login. https://www.postgresql.org/docs/current/monitoring-stats.html */
const FOLLOWER = `
  SELECT backend_start AS "since" FROM pg_stat_activity WHERE pid = $1 AND application_name = $2`;
/** `true` keeps WAL from now on. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION */
const CREATE = 'SELECT lsn::text FROM pg_create_physical_replication_slot($1, true)';
const DROP = 'SELECT pg_drop_replication_slot($1)';
const ADVANCE = 'SELECT pg_replication_slot_advance($1, $2::pg_lsn)';

export type WalSettings = { keepSize: string; standbyNames: string; segmentBytes: number; pageBytes: number };
type SlotRow = {
  restartLsn: string | null;
  activePid: number | null;
  status: WalSlot['status'] | null;
  safeBytes: number | null;
};

/** The slot, ready to be read from. `why` says that it was made just now, and why: it keeps nothing of the time before. */
export type ReadySlot = { restartLsn: string; why?: string };

export async function walSettings(member: PostgresMember): Promise<WalSettings> {
  const [settings] = await member.query<WalSettings>(SETTINGS);
  if (settings === undefined) throw new TypeError('the server does not say its settings');
  return settings;
}

/** Pure: why WAL may not be drained from a server with these settings. */
export function whyNotDrained({ standbyNames }: WalSettings): string | undefined {
  if (![RECEIVER_NAME, FOLLOWER_NAME].some((name) => namesAsStandby(standbyNames, name))) return undefined;
  return `synchronous_standby_names is "${standbyNames}": commits would wait for this reader of WAL. Write the names of the standbys there instead.`;
}

/** Finds the slot or makes it; one that lost its WAL is made anew. It is made only where the WAL that it keeps is limited. */
export async function readySlot(
  member: PostgresMember,
  { keepSize }: WalSettings,
): Promise<ReadySlot | { followed: Follower } | { refused: string }> {
  const row = await slotRow(member);
  if (row?.activePid != null) return await readerOf(member, row);
  if (row !== undefined && row.status !== 'lost' && row.restartLsn !== null) return { restartLsn: row.restartLsn };
  if (keepSize === '-1')
    return {
      refused:
        'max_slot_wal_keep_size is not set: a slot that nobody reads would fill the disk. Set it, for example: ' +
        "ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'; SELECT pg_reload_conf();",
    };
  if (row !== undefined) await member.query(DROP, [SLOT_NAME]);
  const [made] = await member.query<{ lsn: string }>(CREATE, [SLOT_NAME]);
  const why =
    row === undefined
      ? 'the slot was made just now'
      : 'the slot had kept more WAL than max_slot_wal_keep_size, and lost it';
  return { restartLsn: made?.lsn ?? '0/0', why };
}

/** The server keeps WAL from where the follower said that it is stored. */
async function readerOf(
  member: PostgresMember,
  { activePid, restartLsn }: SlotRow,
): Promise<{ followed: Follower } | { refused: string }> {
  const [row] = await member.query<{ since: Date | string }>(FOLLOWER, [activePid, FOLLOWER_NAME]);
  if (row !== undefined && restartLsn !== null)
    return { followed: { storedLsn: restartLsn, since: new Date(row.since).toISOString() } };
  return { refused: `somebody reads from the slot ${SLOT_NAME} already (pid ${activePid}); one at a time does.` };
}

/** Lets the server forget what is stored already; a report to it may have been lost. */
export async function advanceSlot(member: PostgresMember, lsn: string): Promise<void> {
  await member.query(ADVANCE, [SLOT_NAME, lsn]);
}

export async function slotStatus(member: PostgresMember): Promise<WalSlot> {
  const row = await slotRow(member);
  return { name: SLOT_NAME, status: row?.status ?? 'lost', safeBytes: row?.safeBytes ?? null };
}

async function slotRow(member: PostgresMember): Promise<SlotRow | undefined> {
  const [row] = await member.query<SlotRow>(SLOT, [SLOT_NAME]);
  return row;
}
