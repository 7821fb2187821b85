/** A token bucket: `burst` calls at once, then `perSecond`. */
export type Pace = { burst: number; perSecond: number };

export type Paces = {
  /** Takes one call; 0 when it may pass, else the whole seconds to wait, at least 1. */
  waitSeconds(key: string, pace: Pace): number;
};

export function createPaces(clock: () => number): Paces {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    waitSeconds: (key, pace) => {
      const now = clock();
      const before = buckets.get(key) ?? { tokens: pace.burst, at: now };
      const tokens = Math.min(pace.burst, before.tokens + ((now - before.at) / 1000) * pace.perSecond);
      const passes = tokens >= 1;
      buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at: now });
      return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / pace.perSecond));
    },
  };
}
