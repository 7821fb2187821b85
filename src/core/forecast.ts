import type { Point } from './metric.ts';
import { lastStretch } from './stretch.ts';

/**
 * When a growing number reaches its end: in so many days, with the range; not within `beyondDays`, whatever of the range is
 * true; or nothing, with the reason, where the past does not say it well enough.
 */
export type Forecast =
  | { days: number; fromDays: number; toDays: number }
  | { beyondDays: number }
  | { silent: 'too little is known' | 'it does not grow' | 'the growth is too uneven' | 'it lies too far ahead' };

/** What is enough to speak: how many points over how many seconds. */
export type Enough = { points: number; seconds: number };

const DAY_SECONDS = 86_400;
/** Nobody sees further ahead than so many times what was seen. */
const MOST_AHEAD = 12;
/** A range of which one end is so many times the other helps nobody. */
const WIDEST_RANGE = 3;
/** Of the growth, how far the points may lie from the line (half of them lie nearer). */
const MOST_NOISE = 0.15;
const YEAR_DAYS = 365;
/** Of the ceiling: less than this up or down is noise, not a step or a reset. */
const LEAST_BREAK = 0.01;
/** Of the ceiling: so far from all that was seen in the last bucket, it has just been reset or has just made a step. */
const LEAST_STEP = 0.1;

/** What grew (oldest first), where it stands now, and where it must end. */
export type Growth = { points: readonly Point[]; now: number; ceiling: number };

/** A week of daily points, because a day and its night look like growth and its end. */
export const enoughDays: Enough = { points: 7, seconds: 6 * DAY_SECONDS };
/** What grows steadily until somebody acts shows it within hours. */
export const enoughHours: Enough = { points: 6, seconds: 5 * 3600 };

/**
 * Pure: a line through the last stretch without a break, by the median of the slopes between its points (Theil and Sen:
 * https://en.wikipedia.org/wiki/Theil%E2%80%93Sen_estimator), so that a third of the points may be wrong. The range comes from
 * the slopes between points that lie far apart, and from both halves alone: growth that has stopped is not growth.
 */
export function forecast({ points, now, ceiling }: Growth, enough: Enough): Forecast {
  if (now >= ceiling) return { days: 0, fromDays: 0, toDays: 0 };
  if (isBreak(points, now, ceiling)) return { silent: 'too little is known' };
  const dots = points.map(([at, value]) => ({ at: at / DAY_SECONDS, value }));
  const line = lastStretch(dots, LEAST_BREAK * ceiling);
  const spanDays = (line.at(-1)?.at ?? 0) - (line[0]?.at ?? 0);
  const isKnown = line.length >= enough.points && spanDays * DAY_SECONDS >= enough.seconds;
  return isKnown ? alongTheLine(line, ceiling - now, spanDays) : { silent: 'too little is known' };
}

function alongTheLine(line: readonly Dot[], left: number, spanDays: number): Forecast {
  const slope = median(slopes(line, 0));
  const { slow, fast } = rangeOf(line, spanDays, slope);
  // Even the fastest growth that is possible takes longer: that may be said of a line that is no line.
  if (spanDays * 30 >= YEAR_DAYS && left > fast * YEAR_DAYS) return { beyondDays: YEAR_DAYS };
  if (slope <= 0) return { silent: 'it does not grow' };
  const isUneven = slow <= 0 || fast > slow * WIDEST_RANGE || noise(line, slope) > MOST_NOISE * slope * spanDays;
  if (isUneven) return { silent: 'the growth is too uneven' };
  if (left / slope > spanDays * MOST_AHEAD) return { silent: 'it lies too far ahead' };
  return { days: left / slope, fromDays: left / fast, toDays: left / slow };
}

/** It stands now where it never stood of late: what came before says nothing of what comes. */
function isBreak(points: readonly Point[], now: number, ceiling: number): boolean {
  const [, , least, most] = points.at(-1) ?? [0, 0, now, now];
  return now < least - LEAST_STEP * ceiling || now > most + LEAST_STEP * ceiling;
}

type Dot = { at: number; value: number };

/** Slopes between all pairs of dots that lie at least so many days apart. */
function slopes(line: readonly Dot[], leastDays: number): number[] {
  return line.flatMap((one, n) =>
    line
      .slice(n + 1)
      .filter((other) => other.at > one.at && other.at - one.at >= leastDays)
      .map((other) => (other.value - one.value) / (other.at - one.at)),
  );
}

function rangeOf(line: readonly Dot[], spanDays: number, slope: number): { slow: number; fast: number } {
  const far = slopes(line, spanDays / 3);
  const middle = Math.floor(line.length / 2);
  const halves = [line.slice(0, middle + 1), line.slice(middle)].map((half) => median(slopes(half, 0)));
  return {
    slow: Math.min(slope, quantile(far, 0.1), ...halves),
    fast: Math.max(slope, quantile(far, 0.9), ...halves),
  };
}

/** How far half of the dots lie from the line at most. */
function noise(line: readonly Dot[], slope: number): number {
  const level = median(line.map(({ at, value }) => value - slope * at));
  return median(line.map(({ at, value }) => Math.abs(value - slope * at - level)));
}

function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}
