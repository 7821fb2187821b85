import { systemClock, type Clock } from '../../src/runtime/clock.ts';

/** The time of the machine, until a test leaps over a wait: from then on it is so much later. */
export type LeapingClock = Clock & { leap(byMs: number): void };

type Timer = { timeMs: number; callback: () => void; cancel: () => void };

export function leapingClock(): LeapingClock {
  let aheadMs = 0;
  const timers = new Set<Timer>();
  function arm(timer: Timer): void {
    timer.cancel = systemClock.at(timer.timeMs - aheadMs, () => {
      timers.delete(timer);
      timer.callback();
    });
  }
  return {
    now: () => Date.now() + aheadMs,
    at(timeMs, callback) {
      const timer: Timer = { timeMs, callback, cancel: () => {} };
      timers.add(timer);
      arm(timer);
      return () => {
        timer.cancel();
        timers.delete(timer);
      };
    },
    leap(byMs) {
      aheadMs += byMs;
      for (const timer of timers) {
        timer.cancel();
        arm(timer);
      }
    },
  };
}
