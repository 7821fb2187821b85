import type { Moved, Sign, StatementLine } from '../core/statement.ts';
import { signsOf } from './signs.ts';
import { loadOf, perCall, type Span } from './span.ts';
import type { UsualWithSpread } from './usual.ts';

/**
 * A statement takes so many times as long as usual, and so many standard deviations longer, after what all statements do is
 * taken out. Less is enough where its own work grew along, and least where there are temporary files that were not there before.
 */
const BY_TIME_ALONE = { ratio: 2, deviations: 4 };
const BY_WORK = { ratio: 1.5, deviations: 2 };
const BY_FILES = { ratio: 1.2, deviations: 0 };
const LEAST_CALLS_RATIO = 1.6;
/** Where only one or two stretches are known, chance is not. */
const FEW_SPANS = 3;
const CAUTION = 1.25;
/** For calls: so many standard deviations are no chance. */
const DEVIATIONS = 4;
/** Of the time of all statements: less is not what anybody notices. */
const LEAST_SHARE = 0.02;
const LEAST_CALLS = 5;
/** Fewer calls count where they took so long in all. */
const LEAST_TOTAL_MS = 2_000;

export type Judging = {
  span: Span;
  /** Spans that it is compared with. */
  spans: number;
  /** What a statement may have taken before without being known. */
  overlookedLoad: number;
  common: { mean: number; calls: number };
  leastLoad: number;
};

/** Pure: whether a statement costs clearly more than usual, and how. */
export function movedOf(line: StatementLine, usual: UsualWithSpread | undefined, judging: Judging): Moved | undefined {
  const load = loadOf(line.totalMs, judging.span.seconds);
  if (line.calls < LEAST_CALLS && line.totalMs < LEAST_TOTAL_MS) return undefined;
  if (!usual) return newOne(line, load, judging);
  if (isNowAndThen(usual, load, judging)) return undefined;
  const ways = [slower(line, usual, judging), oftener(line, usual, judging)].flatMap((way) => way ?? []);
  return ways.filter(({ extraLoad }) => isNoticed(extraLoad, judging)).toSorted((a, b) => b.extraLoad - a.extraLoad)[0];
}

function newOne(line: StatementLine, load: number, judging: Judging): Moved | undefined {
  const extraLoad = load - judging.overlookedLoad;
  if (judging.spans === 0 || !isNoticed(extraLoad, judging)) return undefined;
  return { line, kind: 'new', extraLoad, ratio: 0, signs: [] };
}

function isNoticed(extraLoad: number, { span, leastLoad }: Judging): boolean {
  return extraLoad >= leastLoad && extraLoad >= LEAST_SHARE * loadOf(span.totalMs, span.seconds);
}

/** A job of some days that has cost as much before is no news. */
function isNowAndThen({ spans, mostLoad, callsPerSecond }: UsualWithSpread, load: number, judging: Judging): boolean {
  return (spans < judging.spans || callsPerSecond === 0) && mostLoad >= load / 2;
}

function slower(line: StatementLine, usual: UsualWithSpread, judging: Judging): Moved | undefined {
  const mean = line.totalMs / line.calls / judging.common.mean;
  const ratio = usual.meanMs === 0 ? 0 : mean / usual.meanMs;
  const signs = signsOf(usual.perCall, perCall(line));
  const least = leastOf(signs);
  const isClear = mean > usual.meanMs + least.deviations * usual.meanSpread;
  if (!isClear || ratio < least.ratio * caution(judging)) return undefined;
  const extraLoad = ((mean - usual.meanMs) / 1000) * rateOf(line, judging);
  return { line, kind: 'slower', extraLoad, ratio, signs };
}

function leastOf([sign]: readonly Sign[]): { ratio: number; deviations: number } {
  if (sign?.what === 'tempPages') return BY_FILES;
  return sign && sign.what !== 'waits' ? BY_WORK : BY_TIME_ALONE;
}

function oftener(line: StatementLine, usual: UsualWithSpread, judging: Judging): Moved | undefined {
  const rate = rateOf(line, judging) / judging.common.calls;
  // Called on fewer than half of the days: what is usual is not known, and that it is there at all was judged before.
  const base = usual.callsPerSecond > 0 ? usual.callsPerSecond : rate / 10;
  const isClear = rate > base + DEVIATIONS * usual.callsSpread;
  if (!isClear || rate / base < LEAST_CALLS_RATIO * caution(judging)) return undefined;
  const extraLoad = ((rate - base) * (line.totalMs / line.calls)) / 1000;
  return { line, kind: 'oftener', extraLoad, ratio: rate / base, signs: [] };
}

function rateOf({ calls }: StatementLine, { span }: Judging): number {
  return calls / Math.max(1, span.seconds);
}

function caution({ spans }: Judging): number {
  return spans < FEW_SPANS ? CAUTION : 1;
}
