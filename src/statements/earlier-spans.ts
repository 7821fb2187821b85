import type { StatementWindow } from '../core/statement.ts';
import { secondsOf, spanOf, type Span } from './span.ts';

/** The spans that another one is compared with, and what they are in words. */
export type Earlier = { spans: readonly Span[]; words: string };

const DAY_MS = 86_400_000;
const MOST_DAYS = 7;
/** Fewer days say nothing of what is usual. */
const LEAST_DAYS = 3;
const MOST_NEIGHBOURS = 8;
/** A span with less of its time known is not compared. */
const LEAST_COVERED = 0.6;

/**
 * Pure: what a time is compared with: the same hours of the days before where three are known, else the time right before it,
 * in pieces of the same length. null where nothing is known.
 */
export function earlierSpans(windows: readonly StatementWindow[], since: string, until: string): Earlier | null {
  const days = sameHours(windows, Date.parse(since), Date.parse(until));
  if (days.length >= LEAST_DAYS) return { spans: days, words: `the same hours of the ${days.length} days before` };
  const spans = rightBefore(windows, since, secondsOf({ from: since, to: until }));
  const [first] = spans;
  if (!first) return null;
  return {
    spans,
    words: spans.length === 1 ? 'the time right before' : `the ${spans.length} stretches of time before`,
  };
}

function sameHours(windows: readonly StatementWindow[], sinceMs: number, untilMs: number): Span[] {
  const spans: Span[] = [];
  for (let day = 1; day <= MOST_DAYS; day++) {
    const within = windows.filter((window) => isWithin(window, sinceMs - day * DAY_MS, untilMs - day * DAY_MS));
    const span = spanOf(within);
    if (span.seconds >= ((untilMs - sinceMs) / 1000) * LEAST_COVERED) spans.push(span);
  }
  return spans;
}

/** A window belongs to where its middle is. */
function isWithin({ from, to }: StatementWindow, sinceMs: number, untilMs: number): boolean {
  const middle = (Date.parse(from) + Date.parse(to)) / 2;
  return middle >= sinceMs && middle < untilMs;
}

function rightBefore(windows: readonly StatementWindow[], since: string, seconds: number): Span[] {
  const spans: Span[] = [];
  let piece: StatementWindow[] = [];
  for (const window of windows.filter(({ to }) => to <= since).toReversed()) {
    piece = [window, ...piece];
    if (spanOf(piece).seconds < seconds * LEAST_COVERED) continue;
    spans.push(spanOf(piece));
    piece = [];
    if (spans.length === MOST_NEIGHBOURS) break;
  }
  return spans;
}
