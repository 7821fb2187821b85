import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresPair } from './postgres-pair.ts';
import type { RedisTrio } from './redis-trio.ts';
import { openShopCache } from './shop-cache.ts';
import { openShopSession } from './shop-session.ts';
import { billing, reporting, web } from './shop-work.ts';

/** The shop's own traffic: a few statements a second, from several applications, through every fault. */
export type ShopWorkload = { stop(): Promise<void> };

/** Starts it. A statement that fails is forgotten; the next one connects anew, to whichever server takes writes by then. */
export function startShopWorkload(pair: PostgresPair, trio: RedisTrio, password: string): ShopWorkload {
  const ending = new AbortController();
  const cache = openShopCache(trio, password);
  const shopWeb = openShopSession(() => pair.primary(), 'shop-web');
  const shopBilling = openShopSession(() => pair.primary(), 'billing');
  const replica = () => replicaOf(pair);
  const shopReports = openShopSession(replica, 'reporting');
  const loops = [
    repeat(400, () => shopWeb.use(web), ending.signal),
    repeat(2_500, () => shopBilling.use(billing), ending.signal),
    repeat(7_000, () => shopReports.use(reporting), ending.signal),
    repeat(300, () => cache.visit(), ending.signal),
  ];
  return {
    stop: async () => {
      ending.abort();
      cache.close();
      await Promise.all([shopWeb, shopBilling, shopReports].map((session) => session.close()));
      await Promise.all(loops);
    },
  };
}

async function replicaOf(pair: PostgresPair) {
  const primary = await pair.primary();
  return pair.servers.find((server) => server !== primary && server.isRunning());
}

async function repeat(everyMs: number, task: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await task().catch(() => {});
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
