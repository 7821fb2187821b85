import type { Histogram } from '../digest/histogram.ts';

/** Calls that took more than the bar before says and at most `toMs`; a bar is twice as long as the one before. */
export type HistogramBar = { toMs: number; calls: number };

const PER_DOUBLING = 4;
const LEAST_MS = 0.001;

/** The bars from the first to the last one with a call in it. */
export function histogramBars(histogram: Histogram): HistogramBar[] {
  const bars: HistogramBar[] = [];
  for (let n = 0; n * PER_DOUBLING < histogram.length; n++) {
    // The first bucket of all holds what took no time that could be measured.
    const from = n === 0 ? 0 : (n - 1) * PER_DOUBLING + 1;
    const calls = histogram.subarray(from, n * PER_DOUBLING + 1).reduce((sum, one) => sum + one, 0);
    bars.push({ toMs: LEAST_MS * 2 ** n, calls });
  }
  const first = bars.findIndex(({ calls }) => calls > 0);
  const last = bars.findLastIndex(({ calls }) => calls > 0);
  return first < 0 ? [] : bars.slice(first, last + 1);
}
