import type { Clock } from '../../src/runtime/clock.ts';

/** A clock that only moves when a test moves it. */
export type VirtualClock = Clock & { moveTo(timeMs: number): void; move(byMs: number): void };

export function virtualClock(startIso: string): VirtualClock {
  let nowMs = Date.parse(startIso);
  const timers = new Set<{ timeMs: number; callback: () => void }>();
  const earliest = (): { timeMs: number; callback: () => void } | undefined =>
    [...timers].toSorted((left, right) => left.timeMs - right.timeMs)[0];
  function moveTo(timeMs: number): void {
    for (let timer = earliest(); timer !== undefined && timer.timeMs <= timeMs; timer = earliest()) {
      timers.delete(timer);
      nowMs = Math.max(nowMs, timer.timeMs);
      timer.callback();
    }
    nowMs = timeMs;
  }
  return {
    now: () => nowMs,
    at(timeMs, callback) {
      const timer = { timeMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    moveTo,
    move: (byMs) => moveTo(nowMs + byMs),
  };
}
