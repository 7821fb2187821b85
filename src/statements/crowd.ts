import type { Span } from './span.ts';
import { meanOf, usualOf } from './usual.ts';

/** Fewer statements are no crowd. */
const LEAST_STATEMENTS = 5;
/** Of the usual time of all: where one statement is nearly all of it, it is the crowd itself. */
const MOST_SHARE = 0.6;
/** Below that it is chance. */
const LEAST_RATIO = 1.3;

/**
 * Pure: how many times as long and as often all statements together run against usual, by the median weighted with their usual
 * time: what a slower machine or more visitors do to every statement is not the fault of any. 1 where it is less than 1.3.
 */
export function commonChange(span: Span, spans: readonly Span[]): { mean: number; calls: number } {
  const known = [...span.shapes].flatMap(([shape, total]) => {
    const usual = usualOf(shape, spans);
    if (!usual || usual.meanMs === 0 || usual.callsPerSecond === 0) return [];
    const weight = usual.meanMs * usual.callsPerSecond;
    const rate = total.counted.calls / Math.max(1, span.seconds);
    return [{ weight, mean: meanOf(total) / usual.meanMs, calls: rate / usual.callsPerSecond }];
  });
  const all = known.reduce((sum, { weight }) => sum + weight, 0);
  const isCrowd = known.length >= LEAST_STATEMENTS && known.every(({ weight }) => weight <= MOST_SHARE * all);
  if (!isCrowd) return { mean: 1, calls: 1 };
  return { mean: weighted(known, 'mean'), calls: weighted(known, 'calls') };
}

type Known = { weight: number; mean: number; calls: number };

function weighted(known: readonly Known[], what: 'mean' | 'calls'): number {
  const sorted = known.toSorted((a, b) => a[what] - b[what]);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let seen = 0;
  const middle = sorted.find(({ weight }) => (seen += weight) >= half);
  const ratio = middle?.[what] ?? 1;
  return ratio >= LEAST_RATIO ? ratio : 1;
}
