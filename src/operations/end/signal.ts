import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { memberOf, VICTIMS } from './session.ts';

export type SessionIdentity = { member: string; pid: number; backendStartMicros: string; queryId: string | null };

/** Why nothing was done: it ended by itself, its pid is used again, or it does something else than was planned. */
export type Changed = 'gone' | 'another session' | 'another statement';

/** What it cost and what it freed, as measured around the act. */
export type Lost = {
  /** Age of the transaction that was rolled back; null when there was none. */
  transactionSeconds: number | null;
  locksFreed: number;
  /** Sessions that waited for it just before, and how many of them waited for no lock soon after. */
  waited: number;
  wentOn: number;
};

/**
 * Ends the backend only if it is still the very same one: pid, start and query id are compared in the statement that acts.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 */
const TERMINATE = `
  select pg_terminate_backend(pid, 3000) as ended from pg_stat_activity
   where pid = $1 and (extract(epoch from backend_start) * 1000000)::bigint::text = $2
     and query_id::text is not distinct from $3 and backend_type = 'client backend' and application_name <> 'nightshift'`;

/** https://www.postgresql.org/docs/current/view-pg-locks.html */
const BEFORE = `
  with recursive ${VICTIMS}
  select coalesce((select array_agg(waiter) from victims), '{}') as victims,
         (select count(*)::int from pg_locks l where l.pid = $1 and l.granted and l.locktype <> 'virtualxid') as locks,
         (select extract(epoch from clock_timestamp() - xact_start)::float8 from pg_stat_activity where pid = $1)
           as "transactionSeconds"`;

const AFTER = `
  select (select count(*)::int from pg_stat_activity where pid = any($2) and wait_event_type = 'Lock') as waiting,
         (select count(*)::int from pg_locks l where l.pid = $1 and l.granted and l.locktype <> 'virtualxid') as locks`;

const NOW = `
  select (extract(epoch from backend_start) * 1000000)::bigint::text as "backendStartMicros"
    from pg_stat_activity where pid = $1`;

export type Before = { victims: readonly number[]; locks: number; transactionSeconds: number | null };
export type Ended = { became: 'ended' | 'still there' | Changed; lost: Lost | null };

/** How long whoever waited is watched, while one waits still: on a busy machine it takes more than a moment to be woken. */
const WATCH_ROUNDS = 50;
const ROUND_MS = 100;

/** Ends it if it is still the planned one; else says what it has become, and nothing was done. */
export async function endSession(target: PostgresTarget, identity: SessionIdentity): Promise<Ended> {
  const member = memberOf(target, identity.member);
  const before = await measure(member, identity.pid);
  const values = [identity.pid, identity.backendStartMicros, identity.queryId];
  const [row] = await member.query<{ ended: boolean }>(TERMINATE, values);
  if (!row) return { became: await whatChanged(member, identity), lost: null };
  if (!row.ended) return { became: 'still there', lost: null };
  return { became: 'ended', lost: await lostBy(member, identity.pid, before) };
}

/** Asks the database what became of it, where nobody heard the answer; what it cost is not known then. */
export async function isGone(target: PostgresTarget, identity: SessionIdentity): Promise<Ended> {
  const changed = await whatChanged(memberOf(target, identity.member), identity);
  return { became: changed === 'another statement' ? 'still there' : 'ended', lost: null };
}

export async function measure(member: PostgresMember, pid: number): Promise<Before> {
  const [before] = await member.query<Before>(BEFORE, [pid]);
  return before ?? { victims: [], locks: 0, transactionSeconds: null };
}

/** Whoever waited needs a moment to take its lock and, where it commits at once, to hand it on. */
export async function lostBy(member: PostgresMember, pid: number, before: Before): Promise<Lost> {
  let after = { waiting: before.victims.length, locks: before.locks };
  for (let round = 0; round < WATCH_ROUNDS; round += 1) {
    const [row] = await member.query<typeof after>(AFTER, [pid, before.victims]);
    after = row ?? after;
    if (after.waiting === 0) break;
    await pause(ROUND_MS);
  }
  return {
    transactionSeconds: before.transactionSeconds,
    locksFreed: Math.max(0, before.locks - after.locks),
    waited: before.victims.length,
    wentOn: before.victims.length - after.waiting,
  };
}

export async function whatChanged(
  member: PostgresMember,
  { pid, backendStartMicros }: Pick<SessionIdentity, 'pid' | 'backendStartMicros'>,
): Promise<Changed> {
  const [now] = await member.query<{ backendStartMicros: string }>(NOW, [pid]);
  if (!now) return 'gone';
  return now.backendStartMicros === backendStartMicros ? 'another statement' : 'another session';
}
