/** Time as the runtime sees it; tests put a virtual one in its place. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once at `timeMs` or as soon after as possible; the answer cancels it. */
  at(timeMs: number, callback: () => void): () => void;
};

/** A timer stands still while a laptop sleeps, so longer waits are taken in parts that look at the time again. */
const LONGEST_TIMEOUT_MS = 15_000;

export const systemClock: Clock = {
  now: Date.now,
  at(timeMs, callback) {
    let timer: NodeJS.Timeout;
    function arm(): void {
      const leftMs = timeMs - Date.now();
      if (leftMs > LONGEST_TIMEOUT_MS) timer = setTimeout(arm, LONGEST_TIMEOUT_MS);
      else timer = setTimeout(callback, Math.max(0, leftMs));
    }
    arm();
    return () => clearTimeout(timer);
  },
};
