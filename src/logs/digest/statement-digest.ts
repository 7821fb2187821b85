import { percentileMs } from './histogram.ts';
import type { Plan, SessionNames, StatementTally } from './statements.ts';

const MOST_NAMES = 5;

/** One shape of statement: literals are `?`. Percentiles are at most 19 % too high. `tags` are those of its first call. */
export type StatementDigest = {
  id: string;
  text: string;
  calls: number;
  totalMs: number;
  maxMs: number;
  meanMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  tags: Record<string, string>;
  /** Calls by the hour of the day in which they ended, from 0 to 23, in the time of the timeline. */
  hours: number[];
  /** Who ran it, where the log says so; at most five names each. */
  users: string[];
  databases: string[];
  applications: string[];
  /** Plans that auto_explain logged, and the one that took longest, without values. */
  plans: number;
  slowestPlan?: Plan;
};

/** What a reader sees of the statements, the one with the highest total first. */
export function statementsDigest(tally: readonly StatementTally[]): StatementDigest[] {
  return tally.toSorted((a, b) => b.totalMs - a.totalMs).map(digestOf);
}

function digestOf(one: StatementTally): StatementDigest {
  const { calls, totalMs, maxMs, histogram, sessions } = one;
  const percentile = (share: number) => rounded(Math.min(maxMs, percentileMs(histogram, share)));
  return {
    id: one.hash.toString(16).padStart(14, '0'),
    text: one.text,
    calls,
    totalMs: rounded(totalMs),
    maxMs,
    meanMs: rounded(totalMs / Math.max(calls, 1)),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    tags: one.tags,
    hours: [...one.hours],
    users: namesOf(sessions, 'user'),
    databases: namesOf(sessions, 'database'),
    applications: namesOf(sessions, 'application'),
    plans: one.plans,
    ...(one.slowestPlan && { slowestPlan: one.slowestPlan }),
  };
}

function namesOf(sessions: readonly SessionNames[], part: keyof SessionNames): string[] {
  return [...new Set(sessions.map((session) => session[part]))].filter((name) => name !== '').slice(0, MOST_NAMES);
}

function rounded(durationMs: number): number {
  return Math.round(durationMs * 1_000) / 1_000;
}
