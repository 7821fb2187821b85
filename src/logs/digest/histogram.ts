/** Four buckets for each doubling, from a microsecond to twelve days: a percentile is at most 19 % above the true one. */
const PER_DOUBLING = 4;
const BUCKETS = 40 * PER_DOUBLING;
const LEAST_MS = 0.001;

/** Counts of durations in buckets that grow with the duration. */
export type Histogram = Uint32Array;

export function emptyHistogram(): Histogram {
  return new Uint32Array(BUCKETS);
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const HIGH = IS_LITTLE_ENDIAN ? 1 : 0;
const QUARTER = 2 ** 0.25;
const HALF = 2 ** 0.5;
const THREE_QUARTERS = 2 ** 0.75;

export function count(histogram: Histogram, durationMs: number): void {
  const place = bucketOf(durationMs);
  histogram[place] = (histogram[place] as number) + 1;
}

/** The doubling is the exponent of the number, and what is left over one says which quarter: no logarithm for each call. */
function bucketOf(durationMs: number): number {
  if (durationMs <= LEAST_MS) return 0;
  const value = durationMs / LEAST_MS;
  float[0] = value;
  const exponent = ((words[HIGH] as number) >>> 20) - 1_023;
  const over = value / 2 ** exponent;
  const quarter = over <= 1 ? 0 : over <= QUARTER ? 1 : over <= HALF ? 2 : over <= THREE_QUARTERS ? 3 : 4;
  return Math.min(exponent * PER_DOUBLING + quarter, BUCKETS - 1);
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
