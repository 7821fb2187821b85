/** Four buckets for each doubling, from a microsecond to twelve days: a percentile is at most 19 % above the true one. */
const PER_DOUBLING = 4;
const BUCKETS = 40 * PER_DOUBLING;
const LEAST_MS = 0.001;

/** Counts of durations in buckets that grow with the duration. */
export type Histogram = Uint32Array;

export function emptyHistogram(): Histogram {
  return new Uint32Array(BUCKETS);
}

/** The upper ends of the buckets, in units of the least duration. */
const ENDS = Float64Array.from({ length: BUCKETS }, (_, bucket) => 2 ** (bucket / PER_DOUBLING));
const MOST_BITS = 2 ** 31;

export function count(histogram: Histogram, durationMs: number): void {
  const place = bucketOf(durationMs / LEAST_MS);
  histogram[place] = (histogram[place] as number) + 1;
}

/** The first bucket whose end is not below. The doubling is the highest bit: no logarithm for each call. */
function bucketOf(value: number): number {
  if (value <= 1) return 0;
  if (value >= MOST_BITS) return Math.min(Math.ceil(Math.log2(value) * PER_DOUBLING), BUCKETS - 1);
  let bucket = (31 - Math.clz32(value)) * PER_DOUBLING;
  while ((ENDS[bucket] as number) < value) bucket++;
  return bucket;
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
