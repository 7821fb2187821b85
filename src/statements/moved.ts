import type { Moved, StatementLine } from '../core/statement.ts';
import { signsOf } from './signs.ts';
import { loadOf, perCall, type Span } from './span.ts';
import type { UsualWithSpread } from './usual.ts';

/** A statement takes so many times as long as usual, after what all statements do is taken out. */
const LEAST_MEAN_RATIO = 2;
/** Less is enough where its own work grew along. */
const LEAST_MEAN_RATIO_WITH_WORK = 1.5;
const LEAST_CALLS_RATIO = 1.6;
/** Where only one or two stretches are known, chance is not. */
const FEW_SPANS = 3;
const CAUTION = 1.25;
/** So many standard deviations are no chance. */
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
  const before = usual.callsPerSecond * (usual.meanMs / 1000);
  const extraLoad = load - before * judging.common.mean * judging.common.calls;
  if (!isNoticed(extraLoad, judging) || isNowAndThen(usual, load, judging)) return undefined;
  const slower = slowness(line, usual, judging);
  const oftener = frequency(line, usual, judging);
  if (slower === undefined && oftener === undefined) return undefined;
  if (slower !== undefined && slower >= (oftener ?? 0)) {
    return { line, kind: 'slower', extraLoad, ratio: slower, signs: signsOf(usual.perCall, perCall(line)) };
  }
  return { line, kind: 'oftener', extraLoad, ratio: oftener ?? 0, signs: [] };
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

function slowness(line: StatementLine, usual: UsualWithSpread, judging: Judging): number | undefined {
  const mean = line.totalMs / line.calls / judging.common.mean;
  const ratio = usual.meanMs === 0 ? 0 : mean / usual.meanMs;
  const [sign] = signsOf(usual.perCall, perCall(line));
  const least = sign && sign.what !== 'waits' ? LEAST_MEAN_RATIO_WITH_WORK : LEAST_MEAN_RATIO;
  const isClear = mean > usual.meanMs + DEVIATIONS * usual.meanSpread;
  return isClear && ratio >= least * caution(judging) ? ratio : undefined;
}

function frequency(line: StatementLine, usual: UsualWithSpread, judging: Judging): number | undefined {
  const rate = line.calls / Math.max(1, judging.span.seconds) / judging.common.calls;
  // Called on fewer than half of the days: what is usual is not known, and that it is there at all was judged before.
  const base = usual.callsPerSecond > 0 ? usual.callsPerSecond : rate / 10;
  const isClear = rate > base + DEVIATIONS * usual.callsSpread;
  return isClear && rate / base >= LEAST_CALLS_RATIO * caution(judging) ? rate / base : undefined;
}

function caution({ spans }: Judging): number {
  return spans < FEW_SPANS ? CAUTION : 1;
}
