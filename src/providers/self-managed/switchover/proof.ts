import type { Ask } from './sessions.ts';
import { EMIT } from './write-hold.ts';

/**
 * How far a primary was when nothing could be committed on it any more; which transactions were open just before that, and that of
 * the mark itself.
 */
export type Mark = { lsn: string; nextXid: number; openXids: readonly number[]; ownXid: number };

/**
 * What a server that was primary has done since the mark. `unanswered`: commits that hung until their sessions were ended, and that
 * were acknowledged to nobody; `committed` does not count them. `housekeeping`: sessions of autovacuum that are at work.
 */
export type Beyond = { lsn: string; committed: number; unanswered: number; housekeeping: number };

/** https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT: `xmin:xmax:open,open`. */
const OPEN = `select pg_current_snapshot()::text as snapshot`;
const OWN = `${EMIT}, pg_current_xact_id()::text::bigint as xid`;
const FLUSHED = `select pg_current_wal_flush_lsn()::text as lsn`;

/**
 * In this order: what was not open any more before our commit lies before it in the log of writes, and is flushed with it, also where its
 * own session did not wait for that.
 */
export async function markOf(ask: Ask): Promise<Mark> {
  const [open] = await ask<{ snapshot: string }>(OPEN);
  const [own] = await ask<{ xid: number }>(OWN);
  return { lsn: await flushedLsn(ask), ownXid: own?.xid ?? 0, ...readSnapshot(open?.snapshot ?? '') };
}

export async function flushedLsn(ask: Ask): Promise<string> {
  const [row] = await ask<{ lsn: string }>(FLUSHED);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row.lsn;
}

/** Pure. */
export function readSnapshot(text: string): Pick<Mark, 'nextXid' | 'openXids'> {
  const [, next = '', open = ''] = text.split(':', 3);
  return { nextXid: Number(next), openXids: open === '' ? [] : open.split(',').map(Number) };
}

/**
 * Transactions that were open at the mark or began after it, and are committed now. One whose commit hangs counts as open:
 * nobody was told of it. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
const BEYOND = `
  select pg_current_wal_flush_lsn()::text as lsn,
         committed, unanswered,
         (select count(*)::int from pg_stat_activity where backend_type = 'autovacuum worker') as housekeeping
    from (select count(*) filter (where not hung)::int as committed, count(*) filter (where hung)::int as unanswered
            from (select xid, (xid & 4294967295) = any ($4::bigint[]) as hung
                    from (select unnest($2::bigint[]) as xid
                           union all select generate_series($1::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)) one
                 ) seen
           where xid <> $3 and pg_xact_status(xid::text::xid8) = 'committed') counted`;

export async function beyond(
  ask: Ask,
  { nextXid, openXids, ownXid }: Mark,
  hungXids: readonly number[],
): Promise<Beyond> {
  const [row] = await ask<Beyond>(BEYOND, [nextXid, openXids, ownXid, hungXids]);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row;
}

/**
 * Where a promoted server left the old timeline: after recovery the end of what it replayed stays as it was.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 */
const FORK = `select pg_last_wal_replay_lsn()::text as lsn`;

/** Null where the server was started again since: then it has replayed nothing. */
export async function forkOf(ask: Ask): Promise<string | null> {
  const [row] = await ask<{ lsn: string | null }>(FORK);
  return row?.lsn ?? null;
}
