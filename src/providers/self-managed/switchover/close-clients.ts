import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from './sessions.ts';

const CLIENTS = `
  from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
 where a.backend_type = 'client backend' and not r.rolsuper and r.rolname <> all ($1)`;

/** Ours do not write, and superusers' may not be ended: both are left. In all databases, because all of them move. */
const END = `select count(*) filter (where pg_terminate_backend(a.pid))::int as ended ${CLIENTS}`;
const LEFT = `select count(*)::int as left ${CLIENTS} and (a.backend_start < $2 or a.backend_xid is not null)`;

/**
 * Ends client sessions until none is left that began before `since` or has written; how many are left when the time is up.
 * Those that begin later have the settings of then: they may only read.
 */
export async function closeClients(
  ask: Ask,
  ourRoles: readonly string[],
  since: string,
  untilMs: number,
): Promise<number> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a session that is told to end takes a moment
    await ask(END, [ourRoles]);
    // oxlint-disable-next-line no-await-in-loop -- the same
    const [row] = await ask<{ left: number }>(LEFT, [ourRoles, since]);
    if (row?.left === 0 || performance.now() > untilMs) return row?.left ?? 0;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(10);
  }
}
