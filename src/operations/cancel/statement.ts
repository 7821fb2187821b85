import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { memberOf } from '../end/session.ts';
import { lostBy, measure, whatChanged, type Changed, type Lost } from '../end/signal.ts';

export type StatementIdentity = { member: string; pid: number; backendStartMicros: string; queryStartMicros: string };

/** `state` is that of the session afterwards; null when its client left. */
export type Cancelled = {
  became: 'cancelled' | 'session gone' | 'still running' | 'over' | Changed;
  state: string | null;
  lost: Lost | null;
};

/**
 * Cancels only the statement that was planned: pid, start of the session and start of the statement are compared in the statement
 * that acts. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 */
const CANCEL = `
  select pg_cancel_backend(pid) as sent from pg_stat_activity
   where pid = $1 and (extract(epoch from backend_start) * 1000000)::bigint::text = $2
     and (extract(epoch from query_start) * 1000000)::bigint::text = $3 and state = 'active'
     and backend_type = 'client backend' and application_name <> 'nightshift'`;

const NOW = `
  select coalesce(state, 'unknown') as state,
         state = 'active' and (extract(epoch from query_start) * 1000000)::bigint::text = $3 as "runs"
    from pg_stat_activity where pid = $1 and (extract(epoch from backend_start) * 1000000)::bigint::text = $2`;

/** How long a cancelled statement may take to notice. */
export const PATIENCE_SECONDS = 5;
const ROUND_MS = 100;

type Now = { state: string; runs: boolean };

/** Cancels it if it is still the planned one, and watches what becomes of it. */
export async function cancelStatement(target: PostgresTarget, planned: StatementIdentity): Promise<Cancelled> {
  const member = memberOf(target, planned.member);
  const before = await measure(member, planned.pid);
  const [row] = await member.query<{ sent: boolean }>(CANCEL, valuesOf(planned));
  if (!row?.sent) return { became: await whatChanged(member, planned), state: null, lost: null };
  const now = await watched(member, planned);
  if (now?.runs) return { became: 'still running', state: now.state, lost: null };
  const lost = await lostBy(member, planned.pid, before);
  return { became: now ? 'cancelled' : 'session gone', state: now?.state ?? null, lost };
}

/** Asks the database what became of it, where nobody heard the answer: a statement that is over may have ended by itself. */
export async function isOver(target: PostgresTarget, planned: StatementIdentity): Promise<Cancelled> {
  const now = await nowOf(memberOf(target, planned.member), planned);
  if (now?.runs) return { became: 'still running', state: now.state, lost: null };
  return { became: now ? 'over' : 'session gone', state: now?.state ?? null, lost: null };
}

async function watched(member: PostgresMember, planned: StatementIdentity): Promise<Now | undefined> {
  const until = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const now = await nowOf(member, planned);
    if (!now?.runs || Date.now() >= until) return now;
    await pause(ROUND_MS);
  }
}

async function nowOf(member: PostgresMember, planned: StatementIdentity): Promise<Now | undefined> {
  return (await member.query<Now>(NOW, valuesOf(planned)))[0];
}

function valuesOf({ pid, backendStartMicros, queryStartMicros }: StatementIdentity): (string | number)[] {
  return [pid, backendStartMicros, queryStartMicros];
}
