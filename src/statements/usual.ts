import { COUNTERS, type Usual } from '../core/statement.ts';
import { countedOf, loadOf, perCall, type ShapeTotal, type Span } from './span.ts';

/** What is usual for one statement, and how much it varies: the scaled median deviation from the median. */
export type UsualWithSpread = Usual & {
  callsSpread: number;
  meanSpread: number;
  /** The most sessions that it kept busy in one of the spans. */
  mostLoad: number;
};

/** The median deviation of a normal distribution, times this, is its standard deviation. */
const SCALE = 1.4826;
/** Fewer calls say nothing of a mean. */
const LEAST_CALLS = 3;

/** Pure: what some spans say of a statement; undefined where none of them has it. */
export function usualOf(shape: string, spans: readonly Span[]): UsualWithSpread | undefined {
  const seen = spans.flatMap((span) => {
    const found = span.shapes.get(shape);
    return found ? [{ span, found }] : [];
  });
  if (seen.length === 0) return undefined;
  const rates = spans.map((span) => (span.shapes.get(shape)?.counted.calls ?? 0) / Math.max(1, span.seconds));
  const meaning = seen.filter(({ found }) => found.counted.calls >= LEAST_CALLS);
  const means = (meaning.length > 0 ? meaning : seen).map(({ found }) => meanOf(found));
  const calls = seen.map(({ found }) => perCall(found.counted));
  return {
    spans: seen.length,
    callsPerSecond: median(rates),
    callsSpread: spread(rates),
    meanMs: median(means),
    meanSpread: spread(means),
    share: median(spans.map((span) => shareOf(span.shapes.get(shape), span))),
    perCall: countedOf(COUNTERS.map((counter) => median(calls.map((one) => one[counter])))),
    mostLoad: Math.max(...seen.map(({ span, found }) => loadOf(found.counted.totalMs, span.seconds))),
  };
}

export function meanOf({ counted }: Pick<ShapeTotal, 'counted'>): number {
  return counted.calls === 0 ? 0 : counted.totalMs / counted.calls;
}

export function shareOf(found: ShapeTotal | undefined, span: Pick<Span, 'totalMs'>): number {
  return found && span.totalMs > 0 ? Math.min(1, found.counted.totalMs / span.totalMs) : 0;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

function spread(values: readonly number[]): number {
  const middle = median(values);
  return SCALE * median(values.map((value) => Math.abs(value - middle)));
}
