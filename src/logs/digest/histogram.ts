/** Four buckets for each doubling, from a microsecond to twelve days: a percentile is at most 19 % above the true one. */
const PER_DOUBLING = 4;
const BUCKETS = 40 * PER_DOUBLING;
const LEAST_MS = 0.001;

/** Counts of durations in buckets that grow with the duration. */
export type Histogram = Uint32Array;

export function emptyHistogram(): Histogram {
  return new Uint32Array(BUCKETS);
}

export function count(histogram: Histogram, durationMs: number): void {
  const bucket = durationMs <= LEAST_MS ? 0 : Math.ceil(Math.log2(durationMs / LEAST_MS) * PER_DOUBLING);
  const place = Math.min(bucket, BUCKETS - 1);
  histogram[place] = (histogram[place] as number) + 1;
}

/** The duration in milliseconds that `share` (0 to 1) of the counted ones do not exceed: the upper end of its bucket. */
export function percentileMs(histogram: Histogram, share: number): number {
  const total = histogram.reduce((sum, one) => sum + one, 0);
  let seen = 0;
  const place = histogram.findIndex((one) => (seen += one) >= total * share && seen > 0);
  return place < 0 ? 0 : LEAST_MS * 2 ** (place / PER_DOUBLING);
}

export function merge(a: Histogram, b: Histogram): Histogram {
  return a.map((one, i) => one + (b[i] ?? 0));
}
