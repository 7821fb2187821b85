import type { LossBound } from '../../targets/failover.ts';

/** Pure: from one ISO time to another, never less than nothing. */
export function secondsBetween(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

/**
 * Pure: the bound that holds of two that were found one after the other, for the same server, while the primary was dead: a dead
 * primary acknowledges nothing, so that the earlier one still holds where it is lower.
 */
export function lowerBound(earlier: LossBound, later: LossBound): LossBound {
  return isNoMore(earlier.bytes, later.bytes) && isNoMore(earlier.seconds, later.seconds) ? earlier : later;
}

function isNoMore(one: number | null, other: number | null): boolean {
  return other === null || (one !== null && one <= other);
}

/** A clock is read in whole seconds, and two rooms have two of them. */
const CLOCK_SECONDS = 5;

/** Pure: would more be lost than was accepted? A bound in seconds may grow with the clock that it is counted up to, and no more. */
export function isWorse(
  accepted: Pick<LossBound, 'bytes' | 'seconds'>,
  now: Pick<LossBound, 'bytes' | 'seconds'>,
  elapsedSeconds: number,
): boolean {
  const bytes = accepted.bytes !== null && (now.bytes === null || now.bytes > accepted.bytes);
  const most = (accepted.seconds ?? 0) + elapsedSeconds + CLOCK_SECONDS;
  return bytes || (accepted.seconds !== null && (now.seconds === null || now.seconds > most));
}
