import type { NextAction } from '../../core/finding.ts';
import { normaliseSql } from '../../core/sql.ts';
import { durationText } from '../wording.ts';

/** A client session as the checks of long and idle transactions show it. */
export type Session = {
  pid: number;
  application: string;
  user: string | null;
  database: string | null;
  state: string;
  /** Since the transaction began. */
  transactionSeconds: number;
  /** Since the session came into its present state. */
  stateSeconds: number;
  /** Transactions that this session's snapshot keeps from being cleaned up. */
  xminAge: number | null;
  /** Normalised. */
  query: string;
};

/**
 * Columns of a `Session`, from pg_stat_activity as `a`. clock_timestamp(), because now() stands still inside a transaction.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
 */
export const SESSION_COLUMNS = `
  a.pid, coalesce(nullif(left(a.application_name, 40), ''), 'unnamed') as application, a.usename as "user",
  a.datname as database, a.state, extract(epoch from clock_timestamp() - a.xact_start)::float8 as "transactionSeconds",
  extract(epoch from clock_timestamp() - a.state_change)::float8 as "stateSeconds", age(a.backend_xmin) as "xminAge",
  left(a.query, 2000) as query`;

/** A row as it may leave its room. */
export function withoutLiterals<S extends { query: string }>(session: S): S {
  return { ...session, query: normaliseSql(session.query) };
}

/** "pid 2211 (app `billing`, user shop)". */
export function sessionText({ pid, application, user }: Pick<Session, 'pid' | 'application' | 'user'>): string {
  return `pid ${pid} (app \`${application}\`, user ${user ?? 'unknown'})`;
}

export function endSession(pid: number, target: string): NextAction {
  return { label: 'End session…', operation: 'end', target, args: [String(pid)], disruptive: true };
}

/** "2 h 5 min, warning at 5 min". */
export function againstLimit(seconds: number, severity: string, limitSeconds: number): string {
  return `${durationText(seconds)}, ${severity} at ${durationText(limitSeconds)}`;
}
