import { Fault } from '../../core/errors.ts';
import { START_COLUMNS } from '../../checks/postgres/session.ts';
import { normaliseSql } from '../../core/sql.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';

/** One backend, identified so that a reused pid or another statement is not taken for it. */
export type Session = {
  member: string;
  pid: number;
  /** Microseconds since 1970, as text: exact where a JavaScript number or a time zone would not be. */
  backendStartMicros: string;
  /** When the present or last statement began; null when none did yet. */
  queryStartMicros: string | null;
  /** pg_stat_activity.query_id as text, or null when nothing ran yet or compute_query_id is off. */
  queryId: string | null;
  backendType: string;
  user: string;
  /** pg_signal_backend does not reach a superuser's session. */
  isSuperuser: boolean;
  application: string;
  state: string;
  /** "Lock: transactionid", or null when it waits for nothing. */
  waitsFor: string | null;
  transactionSeconds: number | null;
  /** Since it came into its present state. */
  stateSeconds: number;
  /** Normalised: no literals. */
  query: string;
  /** Sessions that wait for this one, directly or not. */
  blocks: number;
};

/**
 * Columns of a session, from pg_stat_activity as `a`. clock_timestamp(), because now() stands still inside a transaction.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
 */
export const SESSION_COLUMNS = `
  a.pid, ${START_COLUMNS}, a.query_id::text as "queryId",
  a.backend_type as "backendType", coalesce(a.usename, '') as "user",
  coalesce((select rolsuper from pg_roles r where r.oid = a.usesysid), false) as "isSuperuser",
  left(coalesce(a.application_name, ''), 63) as application, coalesce(a.state, 'unknown') as state,
  case when a.state is distinct from 'active' or a.wait_event_type is null then null
       else a.wait_event_type || ': ' || a.wait_event end as "waitsFor",
  extract(epoch from clock_timestamp() - a.xact_start)::float8 as "transactionSeconds",
  greatest(0, extract(epoch from clock_timestamp() - coalesce(a.state_change, a.backend_start)))::float8 as "stateSeconds",
  left(coalesce(a.query, ''), 2000) as query`;

/**
 * Who waits for $1, directly or not. Waiting backends only are asked, at most 200 and once each: pg_blocking_pids locks the lock
 * manager for a moment. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION
 */
export const VICTIMS = `
  waits as materialized (
    select pid as waiter, unnest(pg_blocking_pids(pid)) as blocker from (
      select pid from pg_stat_activity where wait_event_type = 'Lock' order by query_start limit 200) w),
  victims as (
    select waiter from waits where blocker = $1
    union select w.waiter from waits w join victims v on w.blocker = v.waiter)`;

const SESSION = `
  with recursive ${VICTIMS}
  select ${SESSION_COLUMNS}, (select count(*)::int from victims) as blocks from pg_stat_activity a where a.pid = $1`;

/** A row as it may leave its room. */
export function withoutLiterals<S extends { query: string }>(row: S): S {
  return { ...row, query: normaliseSql(row.query) };
}

/** The session with this pid on a member, or null when there is none. */
export async function findSession(
  target: PostgresTarget,
  { pid, member }: { pid: number; member: string | null },
): Promise<Session | null> {
  const asked = memberOf(target, member);
  const [row] = await asked.query<Omit<Session, 'member'>>(SESSION, [pid]);
  return row ? { ...withoutLiterals(row), member: asked.name } : null;
}

/** The named member, or the one that takes writes where none is named. Throws a Fault when it did not answer. */
export function memberOf(target: PostgresTarget, name: string | null): PostgresMember {
  if (name === null) {
    if (target.primary) return target.primary;
    throw new Fault('target_unreachable', `no member of ${target.name} that takes writes answered`);
  }
  const member = target.members.find((one) => one.name === name);
  if (member) return member;
  const missing = target.unreached.find((one) => one.name === name);
  if (missing) throw new Fault(missing.code, `${name} did not answer: ${missing.reason}`);
  const names = target.members.map((one) => one.name).join(', ');
  throw new Fault('invalid_request', `${target.name} has no member of that name; there are ${names}`);
}
