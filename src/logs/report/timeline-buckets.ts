import type { Minute } from '../digest/timeline.ts';

/** What happened in `minutes` minutes from `fromMs` on, a time of the log's own clock. */
export type Bucket = { fromMs: number; statements: number; totalMs: number; errors: number; connections: number };
export type Buckets = { minutes: number; buckets: Bucket[] };

const MINUTE_MS = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080];

/** At most `most` buckets of the same round length without a gap, from the first minute to the last one. */
export function bucketsOf(timeline: readonly Minute[], most: number): Buckets {
  const times = timeline.map(({ minute }) => minuteMs(minute));
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return { minutes: 1, buckets: [] };
  const minutes = STEPS.find((step) => countOf(first, last, step) <= most) ?? wide(first, last, most);
  const stepMs = minutes * MINUTE_MS;
  const start = Math.floor(first / stepMs) * stepMs;
  const buckets = Array.from({ length: countOf(first, last, minutes) }, (_, n) => empty(start + n * stepMs));
  for (const [n, minute] of timeline.entries()) {
    const bucket = buckets[Math.floor(((times[n] ?? start) - start) / stepMs)];
    if (bucket) add(bucket, minute);
  }
  return { minutes, buckets };
}

/** The instant that a minute of the log names, read as UTC. */
export function minuteMs(minute: string): number {
  return Date.parse(`${minute.replace(' ', 'T')}:00Z`);
}

function countOf(first: number, last: number, minutes: number): number {
  const stepMs = minutes * MINUTE_MS;
  return Math.floor(last / stepMs) - Math.floor(first / stepMs) + 1;
}

function wide(first: number, last: number, most: number): number {
  return Math.ceil((last - first) / MINUTE_MS / Math.max(1, most - 1) / 10_080) * 10_080;
}

function empty(fromMs: number): Bucket {
  return { fromMs, statements: 0, totalMs: 0, errors: 0, connections: 0 };
}

function add(bucket: Bucket, minute: Minute): void {
  bucket.statements += minute.statements;
  bucket.totalMs += minute.totalMs;
  bucket.errors += minute.errors;
  bucket.connections += minute.connections;
}
