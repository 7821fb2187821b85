import type { Ask } from './sessions.ts';

/** How far a primary was when nothing could be committed on it any more, and which transactions were open then. */
export type Mark = { lsn: string; nextXid: number; openXids: readonly number[] };

/** What a server that was primary has done since the mark. */
export type Beyond = { lsn: string; committed: number };

/** https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT: `xmin:xmax:open,open`. */
const MARK = `select pg_current_wal_flush_lsn()::text as lsn, pg_current_snapshot()::text as snapshot`;

export async function markOf(ask: Ask): Promise<Mark> {
  const [row] = await ask<{ lsn: string; snapshot: string }>(MARK);
  if (!row) throw new TypeError('a query without a condition has a row');
  return { lsn: row.lsn, ...readSnapshot(row.snapshot) };
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
         (select count(*)::int
            from (select unnest($2::bigint[]) as xid
                   union all select generate_series($1::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)) seen
           where pg_xact_status(xid::text::xid8) = 'committed') as committed`;

export async function beyond(ask: Ask, { nextXid, openXids }: Mark): Promise<Beyond> {
  const [row] = await ask<Beyond>(BEYOND, [nextXid, openXids]);
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
