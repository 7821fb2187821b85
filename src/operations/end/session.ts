import { Fault } from '../../core/errors.ts';
import { normaliseSql } from '../../core/sql.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';

/** One backend, identified so that a reused pid or another statement is not taken for it. */
export type Session = {
  member: string;
  pid: number;
  /** Microseconds since 1970, as text: exact where a JavaScript number or a time zone would not be. */
  backendStartMicros: string;
  /** pg_stat_activity.query_id as text, or null when nothing ran yet or compute_query_id is off. */
  queryId: string | null;
  backendType: string;
  user: string;
  /** pg_signal_backend does not reach a superuser's session. */
  isSuperuser: boolean;
  application: string;
  state: string;
  transactionSeconds: number | null;
  /** Normalised: no literals. */
  query: string;
  /** Sessions that wait for this one, directly or not. */
  blocks: number;
};

/**
 * Who waits for whom is asked of waiting backends only, once each: pg_blocking_pids locks the lock manager for a moment.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION
 */
const SESSION = `
  with recursive waits as materialized (
    select pid as waiter, unnest(pg_blocking_pids(pid)) as blocker from pg_stat_activity where wait_event_type = 'Lock'),
  victims as (
    select waiter from waits where blocker = $1
    union select w.waiter from waits w join victims v on w.blocker = v.waiter)
  select pid, (extract(epoch from backend_start) * 1000000)::bigint::text as "backendStartMicros",
         query_id::text as "queryId", backend_type as "backendType", coalesce(usename, '') as user,
         coalesce((select rolsuper from pg_roles r where r.oid = usesysid), false) as "isSuperuser",
         coalesce(application_name, '') as application, coalesce(state, 'unknown') as state,
         extract(epoch from clock_timestamp() - xact_start)::float8 as "transactionSeconds", coalesce(query, '') as query,
         (select count(*)::int from victims) as blocks
    from pg_stat_activity where pid = $1`;

/**
 * Ends the backend only if it is still the very same one: pid, start and query id are compared in the statement that acts.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 */
const TERMINATE = `
  select pg_terminate_backend(pid, 3000) as ended from pg_stat_activity
   where pid = $1 and (extract(epoch from backend_start) * 1000000)::bigint::text = $2
     and query_id::text is not distinct from $3 and backend_type = 'client backend' and application_name <> 'nightshift'`;

const STILL_THERE = `
  select 1 as one from pg_stat_activity where pid = $1 and (extract(epoch from backend_start) * 1000000)::bigint::text = $2`;

type SessionRow = Omit<Session, 'member'>;
export type SessionIdentity = { pid: number; backendStartMicros: string; queryId: string | null };

/** The session with this pid on the member that takes writes, or null when there is none. */
export async function findSession(target: PostgresTarget, pid: number): Promise<Session | null> {
  const primary = primaryOf(target);
  const [row] = await primary.query<SessionRow>(SESSION, [pid]);
  return row ? { ...row, member: primary.name, query: normaliseSql(row.query) } : null;
}

/** `changed` when pid, start or query id are no longer the planned ones: then nothing was done. */
export async function endSession(
  target: PostgresTarget,
  session: SessionIdentity,
): Promise<{ ended: boolean; changed: boolean }> {
  const values = [session.pid, session.backendStartMicros, session.queryId];
  const [row] = await primaryOf(target).query<{ ended: boolean }>(TERMINATE, values);
  return row ? { ended: row.ended, changed: false } : { ended: false, changed: true };
}

/** Asks the database what became of it. */
export async function isGone(
  target: PostgresTarget,
  session: SessionIdentity,
): Promise<{ ended: boolean; changed: boolean }> {
  const rows = await primaryOf(target).query(STILL_THERE, [session.pid, session.backendStartMicros]);
  return { ended: rows.length === 0, changed: false };
}

function primaryOf(target: PostgresTarget): PostgresMember {
  if (target.primary) return target.primary;
  throw new Fault('target_unreachable', `no member of ${target.name} that takes writes answered`);
}
