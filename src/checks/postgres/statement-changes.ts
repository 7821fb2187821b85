import { sizeOfRatio, type Changed } from '../../core/changed.ts';
import type { Compared } from '../../core/check.ts';
import { countText } from '../wording.ts';

/** Counted since the last reset, or since `since` where the server knows it. */
export type Statement = {
  id: string;
  database: string | null;
  calls: number;
  totalMs: number;
  since: string | null;
  /** Normalised. */
  text: string;
};
export type StatementSample = {
  /** Ids of statements differ between major versions. */
  major: number;
  resetAt: string | null;
  /** What has taken less in all may be missing. */
  leastMs: number;
  /** True where every statement is in the list. */
  complete: boolean;
  top: readonly Statement[];
};
type View = Compared<{ read: StatementSample }>;
type Limits = { leastJumpRatio: number; leastLoadRatio: number };

/** What a statement did in a while. */
type Rate = { callsPerSecond: number; meanMs: number; calls: number };

/** Fewer calls say nothing of a mean. */
const LEAST_CALLS = 3;
/** What takes less is not what somebody waits for. */
const LEAST_MEAN_MS = 5;
const LEAST_CALLS_PER_SECOND = 1;
/** Of work in all: a statement that is a second old keeps the server busy for all of its life. */
const LEAST_TOTAL_MS = 500;

/** Pure: statements that are new among the busiest, take longer, or are called more often than at the good look. */
export function statementChanges(good: View, now: View, limits: Limits): Changed[] {
  if (good.samples.read.major !== now.samples.read.major) return [];
  return now.samples.read.top.flatMap((statement) => changeOf(statement, good, now, limits) ?? []);
}

function changeOf(statement: Statement, good: View, now: View, limits: Limits): Changed | undefined {
  const rate = rateOf(statement, now, good);
  if (!rate || rate.calls === 0) return undefined;
  const then = find(good.samples.read, statement);
  if (!then) return newOne(statement, rate, good, now, limits);
  const earlier = rateOf(then, good, undefined);
  return earlier && (slower(statement, rate, earlier, limits) ?? oftener(statement, rate, earlier, limits));
}

function find({ top }: StatementSample, { id, database }: Statement): Statement | undefined {
  return top.find((one) => one.id === id && one.database === database);
}

/**
 * What it did since the look before, since the good look, or since it is counted: whichever is nearest and was not reset. Of a
 * look without an earlier one all that was ever counted is the best that is known.
 */
function rateOf(statement: Statement, view: View, good: View | undefined): Rate | undefined {
  const { read } = view.samples;
  const before = view.before && { sample: view.before.samples.read, seconds: view.before.secondsAgo };
  const since = good && { sample: good.samples.read, seconds: secondsBetween(good.at, view.at) };
  for (const earlier of [before, since]) {
    const grown = earlier && growth(statement, earlier.sample, read, earlier.seconds);
    if (grown && grown.calls > 0) return grown;
  }
  const from = statement.since ?? read.resetAt;
  const seconds = from === null ? 0 : secondsBetween(from, view.at);
  return seconds > 0 && statement.calls > 0 ? rateIn(statement.calls, statement.totalMs, seconds) : undefined;
}

function growth(now: Statement, earlier: StatementSample, read: StatementSample, seconds: number): Rate | undefined {
  const then = find(earlier, now);
  if (!then || earlier.resetAt !== read.resetAt || now.since !== then.since || seconds <= 0) return undefined;
  const [calls, totalMs] = [now.calls - then.calls, now.totalMs - then.totalMs];
  return calls < 0 || totalMs < 0 ? undefined : rateIn(calls, totalMs, seconds);
}

function rateIn(calls: number, totalMs: number, seconds: number): Rate {
  return { calls, callsPerSecond: calls / seconds, meanMs: calls === 0 ? 0 : totalMs / calls };
}

/** Sessions that it keeps busy on the average; none where it has hardly worked. */
function loadOf({ calls, callsPerSecond, meanMs }: Rate): number {
  return calls * meanMs < LEAST_TOTAL_MS ? 0 : (callsPerSecond * meanMs) / 1000;
}

function slower(statement: Statement, now: Rate, then: Rate, limits: Limits): Changed | undefined {
  const ratio = then.meanMs === 0 ? 0 : now.meanMs / then.meanMs;
  if (now.calls < LEAST_CALLS || now.meanMs < LEAST_MEAN_MS || ratio < limits.leastJumpRatio) return undefined;
  if (loadOf(now) < limits.leastLoadRatio) return undefined;
  const sentence = `statement ${textOf(statement)} takes ${msText(now.meanMs)} instead of ${msText(then.meanMs)} (${countText(now.calls, 'call')})`;
  return about(statement, { id: 'slower', sentence, size: Math.max(0.4, sizeOfRatio(ratio)) });
}

function oftener(statement: Statement, now: Rate, then: Rate, limits: Limits): Changed | undefined {
  const ratio = then.callsPerSecond === 0 ? 0 : now.callsPerSecond / then.callsPerSecond;
  if (now.callsPerSecond < LEAST_CALLS_PER_SECOND || ratio < limits.leastJumpRatio) return undefined;
  if (loadOf(now) < limits.leastLoadRatio) return undefined;
  const sentence = `statement ${textOf(statement)} is called ${perSecond(now)} instead of ${perSecond(then)}`;
  return about(statement, { id: 'oftener', sentence, size: Math.max(0.3, sizeOfRatio(ratio)), kind: 'traffic' });
}

/**
 * What was not among the busiest then and took too much since to have been overlooked. After a reset everything looks new, so
 * that nothing is told.
 */
function newOne(statement: Statement, now: Rate, good: View, at: View, limits: Limits): Changed | undefined {
  const [then, read] = [good.samples.read, at.samples.read];
  if (then.resetAt !== read.resetAt) return undefined;
  const { since, totalMs } = statement;
  const isYounger = since !== null && since > good.at;
  const overlookedMs = then.complete ? 0 : then.leastMs;
  const grown = (totalMs - overlookedMs) / 1000 / Math.max(1, secondsBetween(good.at, at.at));
  const load = isYounger ? loadOf(now) : grown;
  if (load < limits.leastLoadRatio) return undefined;
  const called = `${countText(now.calls, 'call')} of ${msText(now.meanMs)}`;
  const sentence = `statement ${textOf(statement)} is new among the busiest (${called})`;
  const changed = about(statement, { id: 'new', sentence, size: Math.min(1, 0.5 + load / 2) });
  return isYounger ? { ...changed, at: since } : changed;
}

function about(
  { id, text }: Statement,
  changed: Pick<Changed, 'id' | 'sentence' | 'size'> & { kind?: Changed['kind'] },
): Changed {
  const rates = { rate: true as const, objects: tablesIn(text) };
  return { kind: 'statement', ...changed, ...rates, id: `${changed.id}:${id}` };
}

/** Names after FROM, JOIN, UPDATE and INTO, as they stand in the text. */
function tablesIn(text: string): string[] {
  const found = text.matchAll(/\b(?:from|join|update|into)\s+((?:[\w$]+|"[^"]+")(?:\.(?:[\w$]+|"[^"]+"))?)/gi);
  return [...new Set([...found].flatMap(([, name]) => name ?? []))].slice(0, 5);
}

function textOf({ text }: Statement): string {
  return text === '' ? '(its text is not kept)' : ['`', text.replaceAll('`', "'"), '`'].join('');
}

function msText(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toPrecision(2))} s`;
  return `${Number(ms.toPrecision(2))} ms`;
}

function perSecond({ callsPerSecond }: Rate): string {
  if (callsPerSecond < 1) return `${Number((callsPerSecond * 60).toPrecision(2))} times a minute`;
  const times = Math.round(callsPerSecond);
  return times === 1 ? 'once a second' : `${times.toLocaleString('en-US')} times a second`;
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
