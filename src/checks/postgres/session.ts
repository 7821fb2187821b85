import type { NextAction } from '../../core/finding.ts';
import { normaliseSql } from '../../core/sql.ts';
import { durationText } from '../wording.ts';

/** What a button must carry, so that a pid that is used again is not taken for the session that was seen. */
export type Acted = {
  pid: number;
  /** The server that it is on. */
  member: string;
  state: string;
  /** Microseconds since 1970, as text: exact where a JavaScript number would not be. */
  backendStartMicros: string;
  /** When the present or last statement began. */
  queryStartMicros: string | null;
};

/** A client session as the checks of long and idle transactions show it. */
export type Session = Acted & {
  application: string;
  user: string | null;
  database: string | null;
  /** Since the transaction began. */
  transactionSeconds: number;
  /** Since the session came into its present state. */
  stateSeconds: number;
  /** Transactions that this session's snapshot keeps from being cleaned up. */
  xminAge: number | null;
  /** Normalised. */
  query: string;
};

/** When a session and its statement began, from pg_stat_activity as `a`. */
export const START_COLUMNS = `
  (extract(epoch from a.backend_start) * 1000000)::bigint::text as "backendStartMicros",
  (extract(epoch from a.query_start) * 1000000)::bigint::text as "queryStartMicros"`;

/**
 * Columns of a `Session` but for its member, from pg_stat_activity as `a`. clock_timestamp(), because now() stands still inside a transaction.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
 */
export const SESSION_COLUMNS = `
  a.pid, ${START_COLUMNS}, coalesce(nullif(left(a.application_name, 40), ''), 'unnamed') as application, a.usename as "user",
  a.datname as database, a.state, extract(epoch from clock_timestamp() - a.xact_start)::float8 as "transactionSeconds",
  extract(epoch from clock_timestamp() - a.state_change)::float8 as "stateSeconds", age(a.backend_xmin) as "xminAge",
  left(a.query, 2000) as query`;

/** Rows as they may leave their room, with the member that they are from. */
export function withoutLiterals<S extends { query: string }>(
  rows: readonly S[],
  member: string,
): (S & Pick<Acted, 'member'>)[] {
  return rows.map((row) => ({ ...row, member, query: normaliseSql(row.query) }));
}

/** "pid 2211 (app `billing`, user shop)". */
export function sessionText({ pid, application, user }: Pick<Session, 'pid' | 'application' | 'user'>): string {
  return `pid ${pid} (app \`${application}\`, user ${user ?? 'unknown'})`;
}

/** Look first, then the gentler way where a statement runs, then the end of the session. */
export function actionsOn(session: Acted, target: string, show = 'Show sessions'): NextAction[] {
  return [{ label: show, operation: 'sessions', target, args: [], disruptive: false }, ...stopsOf(session, target)];
}

/** Cancel first, end second; a session that runs nothing has nothing to cancel. */
export function stopsOf(session: Acted, target: string): NextAction[] {
  const { pid, member, state, backendStartMicros, queryStartMicros } = session;
  const args = (seen: string): string[] => [String(pid), member, seen];
  const end = { label: 'End session…', operation: 'end', target, args: args(backendStartMicros), disruptive: true };
  if (state !== 'active' || queryStartMicros === null) return [end];
  const cancelled = args(queryStartMicros);
  return [{ label: 'Cancel statement…', operation: 'cancel', target, args: cancelled, disruptive: true }, end];
}

/** "2 h 5 min, warning at 5 min". */
export function againstLimit(seconds: number, severity: string, limitSeconds: number): string {
  return `${durationText(seconds)}, ${severity} at ${durationText(limitSeconds)}`;
}
