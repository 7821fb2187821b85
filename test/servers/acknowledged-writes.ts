import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';

/** An application that knows which of its writes were acknowledged. */
export type AcknowledgedWrites = {
  /** Writes that a server has said OK to. */
  count(): number;
  perSecond(): number;
  /** When a write was acknowledged, as of `performance.now()`. */
  acknowledgedAtMs(value: string): number;
  /** The longest time without any, since the last time that it was asked. */
  longestGapMilliseconds(): number;
  /** Ends it; what was asked for and not answered is forgotten. */
  stop(): Promise<void>;
  /** Those of them that a server does not have. */
  lost(has: (key: string) => Promise<ReadonlySet<string>>): Promise<string[]>;
};

type Client = Redis | Cluster;

/** One write after the other on each client; an answer that fails is not counted, whatever became of the write. */
export function writeAcknowledged(name: string, clients: readonly Client[], keyOf = spread(name)): AcknowledgedWrites {
  const acknowledged: string[][] = clients.map(() => []);
  const atMs = new Map<string, number>();
  const startedAtMs = performance.now();
  const end = new AbortController();
  let lastAtMs = startedAtMs;
  let gapMs = 0;
  const write = async (client: Client, at: number): Promise<void> => {
    for (let n = 0; !end.signal.aborted; n += 1) {
      const value = `${at}-${n}`;
      try {
        await client.sadd(keyOf(at), value);
        acknowledged[at]?.push(value);
        gapMs = Math.max(gapMs, performance.now() - lastAtMs);
        lastAtMs = performance.now();
        atMs.set(value, lastAtMs);
      } catch {
        await sleep(5);
      }
      await sleep(1);
    }
  };
  const loops = clients.map(write);
  const count = () => acknowledged.reduce((sum, values) => sum + values.length, 0);
  return {
    count,
    perSecond: () => count() / ((performance.now() - startedAtMs) / 1000),
    acknowledgedAtMs: (value) => atMs.get(value) ?? NaN,
    longestGapMilliseconds: () => {
      const longest = gapMs;
      gapMs = 0;
      return longest;
    },
    stop: async () => {
      end.abort();
      await Promise.race([Promise.all(loops), sleep(2000)]);
      for (const client of clients) client.disconnect();
    },
    lost: async (has) => {
      // What is acknowledged while the server is asked is not in its answer.
      const known = acknowledged.map((values) => [...values]);
      const lists = await Promise.all(
        known.map(async (values, at) => {
          const there = await has(keyOf(at));
          return values.filter((value) => !there.has(value));
        }),
      );
      return lists.flat();
    },
  };
}

/** Over the slots of a cluster. */
function spread(name: string): (at: number) => string {
  return (at) => `${name}:${at}`;
}
