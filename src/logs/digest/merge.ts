import { addStatement, createCountedTable, type Counted } from './counted.ts';
import { digestOf, type LogDigest, type LogTally } from './digest.ts';
import { merge as mergeHistograms } from './histogram.ts';
import { mergeSessions } from './sessions.ts';
import { addSession, MOST_SHAPES, type StatementTally } from './statements.ts';
import type { Minute } from './timeline.ts';

/** A digest with the tally that it was made of. */
export type Digested = { digest: LogDigest; tally: LogTally };

/** Two digests as the one of both logs: counts and histograms add up exactly. */
export function mergeDigests(a: Digested, b: Digested): Digested {
  const tally = mergeTallies(a.tally, b.tally);
  return { digest: digestOf(tally), tally };
}

function mergeTallies(a: LogTally, b: LogTally): LogTally {
  const { statements, othersCalls } = mergeStatements(a.statements, b.statements);
  const tables = Object.keys(a.tables) as (keyof LogTally['tables'])[];
  return {
    statements,
    othersCalls: a.othersCalls + b.othersCalls + othersCalls,
    tables: Object.fromEntries(
      tables.map((name) => [name, mergeCounted(a.tables[name], b.tables[name])]),
    ) as LogTally['tables'],
    preparation: {
      count: a.preparation.count + b.preparation.count,
      totalMs: a.preparation.totalMs + b.preparation.totalMs,
    },
    plans: a.plans + b.plans,
    deadlocks: a.deadlocks + b.deadlocks,
    timeline: mergeTimelines(a.timeline, b.timeline),
    clockJumps: a.clockJumps + b.clockJumps,
    unknownZones: [...new Set([...a.unknownZones, ...b.unknownZones])],
    truncated: a.truncated + b.truncated,
    sessions: mergeSessions(a.sessions, b.sessions),
    severities: addedUp(a.severities, b.severities),
  };
}

function mergeStatements(
  a: readonly StatementTally[],
  b: readonly StatementTally[],
): { statements: StatementTally[]; othersCalls: number } {
  const known = new Map(a.map((one) => [one.hash, one]));
  let othersCalls = 0;
  for (const one of b) {
    const same = known.get(one.hash);
    if (same !== undefined) known.set(one.hash, mergeStatement(same, one));
    else if (known.size < MOST_SHAPES) known.set(one.hash, one);
    else othersCalls += one.calls;
  }
  return { statements: [...known.values()], othersCalls };
}

function mergeStatement(a: StatementTally, b: StatementTally): StatementTally {
  return {
    ...a,
    calls: a.calls + b.calls,
    totalMs: a.totalMs + b.totalMs,
    maxMs: Math.max(a.maxMs, b.maxMs),
    histogram: mergeHistograms(a.histogram, b.histogram),
    hours: mergeHistograms(a.hours, b.hours),
    sessions: unionOf(a.sessions, b.sessions),
    plans: a.plans + b.plans,
    ...slowestOf(a, b),
  };
}

function slowestOf(a: StatementTally, b: StatementTally): Pick<StatementTally, 'slowestPlan'> {
  const isLater = (b.slowestPlan?.durationMs ?? -1) > (a.slowestPlan?.durationMs ?? -1);
  const slowestPlan = isLater ? b.slowestPlan : a.slowestPlan;
  return slowestPlan === undefined ? {} : { slowestPlan };
}

function unionOf(a: StatementTally['sessions'], b: StatementTally['sessions']): StatementTally['sessions'] {
  const union = [...a];
  for (const { user, database, application } of b) {
    const isKnown = a.some((s) => s.user === user && s.database === database && s.application === application);
    if (!isKnown) addSession(union, { user, database, application });
  }
  return union;
}

function mergeCounted(a: readonly Counted[], b: readonly Counted[]): Counted[] {
  const table = createCountedTable();
  for (const { name, count, total, max, statements } of [...a, ...b]) {
    const entry = table.addMany(name, { count, total, max });
    for (const shape of statements) addStatement(entry, shape);
  }
  return table.tally();
}

function mergeTimelines(a: readonly Minute[], b: readonly Minute[]): Minute[] {
  const known = new Map(a.map((minute) => [minute.minute, minute]));
  for (const one of b) {
    const same = known.get(one.minute);
    known.set(one.minute, same === undefined ? one : mergeMinute(same, one));
  }
  return [...known.values()].toSorted((x, y) => (x.minute < y.minute ? -1 : 1));
}

function mergeMinute(a: Minute, b: Minute): Minute {
  return {
    minute: a.minute,
    statements: a.statements + b.statements,
    totalMs: a.totalMs + b.totalMs,
    errors: a.errors + b.errors,
    connections: a.connections + b.connections,
  };
}

function addedUp<K extends string>(
  a: Partial<Record<K, number>>,
  b: Partial<Record<K, number>>,
): Partial<Record<K, number>> {
  const sum = { ...a };
  for (const key of Object.keys(b) as K[]) sum[key] = (sum[key] ?? 0) + (b[key] ?? 0);
  return sum;
}
