/** Signed requests that this process has seen; the rest is for whoever claims the act of a person in the state. */
export type SeenRequests = {
  /** True for the first time that a key is seen, until it is too old to be signed. */
  first(key: string, nowMs: number): boolean;
};

const MOST_KEYS = 10_000;

/** Remembers keys for `keepSeconds`; of more than ten thousand the oldest are forgotten. */
export function createSeenRequests(keepSeconds: number): SeenRequests {
  const seenAtMs = new Map<string, number>();
  return {
    first(key, nowMs) {
      for (const [old, atMs] of seenAtMs) {
        if (seenAtMs.size <= MOST_KEYS && nowMs - atMs < keepSeconds * 1000) break;
        seenAtMs.delete(old);
      }
      if (seenAtMs.has(key)) return false;
      seenAtMs.set(key, nowMs);
      return true;
    },
  };
}
