import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from './sessions.ts';

const CLIENTS = `
  from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
 where a.backend_type = 'client backend' and not r.rolsuper and r.rolname <> all ($1)`;

/**
 * Ours do not write, and superusers' may not be ended: both are left. In all databases, because all of them move. A commit that hangs
 * for a standby is done on this server alone once its session is told to end, and its client hears nothing.
 * https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION
 */
const END = `
  select a.backend_xid::text::bigint as xid, a.wait_event = 'SyncRep' as hangs, pg_terminate_backend(a.pid) as ended ${CLIENTS}`;
const LEFT = `select count(*)::int as left ${CLIENTS} and (a.backend_start < $2 or a.backend_xid is not null)`;

type Ended = { xid: number | null; hangs: boolean | null };

/** `hungXids`: transactions whose commit hung, so that it was acknowledged to nobody; the lower 32 bits of each. */
export type Closed = { left: number; hungXids: readonly number[] };

/**
 * Ends client sessions until none is left that began before `since` or has written, or the time is up.
 * Those that begin later have the settings of then: they may only read.
 */
export async function closeClients(
  ask: Ask,
  ourRoles: readonly string[],
  since: string,
  untilMs: number,
): Promise<Closed> {
  const hungXids: number[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a session that is told to end takes a moment
    const ended = await ask<Ended>(END, [ourRoles]);
    hungXids.push(...ended.flatMap(({ xid, hangs }) => (hangs && xid !== null ? xid : [])));
    // oxlint-disable-next-line no-await-in-loop -- the same
    const [row] = await ask<{ left: number }>(LEFT, [ourRoles, since]);
    const left = row?.left ?? 0;
    if (left === 0 || performance.now() > untilMs) return { left, hungXids };
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(10);
  }
}
