import type { Clock } from '../../runtime/clock.ts';

/** A day that is put forward by hand; between two jumps it runs at the speed of the machine. */
export type VirtualDay = {
  clock: Clock;
  /** Puts the time forward to a moment, in milliseconds since 1970; never back. */
  jumpTo(timeMs: number): void;
  stop(): void;
};

/**
 * Takes the place of `Date.now` in this process, which the deployed code reads its time from. Meant for a process that does
 * nothing else.
 */
export function startVirtualDay(startMs: number): VirtualDay {
  const realNow = Date.now;
  let aheadMs = startMs - realNow();
  const waiting = new Set<() => void>();
  const now = (): number => realNow() + aheadMs;
  Date.now = now;
  return {
    clock: { now, at: (timeMs, callback) => alarmAt(now, waiting, timeMs, callback) },
    jumpTo(timeMs) {
      aheadMs = Math.max(aheadMs, timeMs - realNow());
      for (const look of waiting) look();
    },
    stop: () => void (Date.now = realNow),
  };
}

const LONGEST_TIMEOUT_MS = 15_000;

function alarmAt(now: () => number, waiting: Set<() => void>, timeMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  function look(): void {
    clearTimeout(timer);
    const leftMs = timeMs - now();
    timer = setTimeout(leftMs > 0 ? look : fire, Math.min(Math.max(0, leftMs), LONGEST_TIMEOUT_MS));
  }
  function fire(): void {
    cancel();
    callback();
  }
  function cancel(): void {
    clearTimeout(timer);
    waiting.delete(look);
  }
  waiting.add(look);
  look();
  return cancel;
}
