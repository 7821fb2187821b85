import { setTimeout as sleep } from 'node:timers/promises';
import type { CanaryAttempt, CanaryRecord } from '../../targets/canary.ts';
import { tryOnce } from './attempt.ts';
import type { Acknowledged, CanaryPen } from './pen.ts';

export const EVERY_MS = 200;
/** A minute of it: no step takes longer. */
const MOST_ATTEMPTS = 300;

/** Canary writes, one after the other, until it is ended. */
export type Series = {
  /** Resolves when the first attempt is over, or after so long. */
  begun(withinMs: number): Promise<void>;
  /** Goes on until a write that begins from now on is acknowledged, for so long at most, and ends. */
  end(withinMs: number): Promise<CanaryRecord>;
  /** Ends it now. Never throws. */
  stop(): void;
};

/** Begins at once: whoever started it goes on with his own work. */
export function startSeries(pen: CanaryPen): Series {
  const ending = new AbortController();
  const attempts: CanaryAttempt[] = [];
  const acknowledged: Acknowledged[] = [];
  const startedAt = new Date().toISOString();
  const sinceMs = performance.now();
  const pause = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal: ending.signal }).catch(() => undefined);
  const first = Promise.withResolvers<void>();
  let last: (() => void) | undefined;
  let lastFromMs = Number.POSITIVE_INFINITY;
  const round = async () => {
    const startMs = performance.now();
    const tried = await tryOnce(pen, sinceMs, ending.signal);
    if (ending.signal.aborted) return;
    attempts.push(tried.attempt);
    first.resolve();
    if (tried.acknowledged) acknowledged.push(tried.acknowledged);
    if (tried.acknowledged && startMs >= lastFromMs) last?.();
    const restMs = EVERY_MS - (performance.now() - startMs);
    await pause(Math.max(0, restMs));
  };
  const loop = async () => {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    while (!ending.signal.aborted && attempts.length < MOST_ATTEMPTS) await round();
    last?.();
  };
  const stop = () => {
    ending.abort();
    pen.close();
  };
  void loop();
  return {
    begun: (withinMs) => Promise.race([first.promise, pause(withinMs)]),
    stop,
    end: async (withinMs) => {
      lastFromMs = performance.now();
      const seen = new Promise<void>((resolve) => (last = resolve));
      await Promise.race([seen, pause(withinMs)]);
      stop();
      return {
        startedAt,
        everyMilliseconds: EVERY_MS,
        attempts,
        lost: lostOf(acknowledged),
        found: foundBy(acknowledged),
        login: pen.login,
      };
    },
  };
}

/** Pure: writes that were acknowledged before the history changed, and that the first one after it did not find there. */
export function lostOf(acknowledged: readonly Pick<Acknowledged, 'history' | 'number' | 'before'>[]): number | null {
  const change = acknowledged.findIndex(({ history }, n) => n > 0 && history !== acknowledged[n - 1]?.history);
  const first = acknowledged[change];
  if (change < 1 || first === undefined) return null;
  return acknowledged.slice(0, change).filter(({ number }) => number > (first.before ?? Number.NEGATIVE_INFINITY))
    .length;
}

/** Pure: what the last server found when it acknowledged its first one. */
function foundBy(acknowledged: readonly Pick<Acknowledged, 'history' | 'before'>[]): number | null {
  const last = acknowledged.at(-1);
  return acknowledged.find(({ history }) => history === last?.history)?.before ?? null;
}
