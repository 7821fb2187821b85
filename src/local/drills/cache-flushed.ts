import type { Fleet } from '../fleet/index.ts';
import { keptSessions, readSessions, visitors, warmShopCache } from '../fleet/shop-cache.ts';
import type { Drill } from './drill.ts';

/** Rounds of reads over all sessions: enough to show in the hit rate of the last minute. */
const missRounds = 2;
const hitRounds = 40;

/** Somebody typed FLUSHALL. The shop fills its cache again by itself, within minutes: then the drill is over. */
export function cacheFlushed({ redis }: Fleet): Drill {
  let isFlushed = false;
  return {
    name: 'cache-flushed',
    title: 'Flush the cache',
    what: 'FLUSHALL on shop-cache, and reads that miss. Watch for: the hit rate against the average before; it needs a report that is a minute old.',
    on: async () => {
      const primary = await redis.primary();
      if (!primary?.isRunning() || isFlushed) return;
      isFlushed = true;
      await primary.call('FLUSHALL');
      await readSessions(primary, missRounds);
    },
    off: async () => {
      if (!isFlushed) return;
      isFlushed = false;
      const primary = await redis.primary();
      if (!primary?.isRunning()) return;
      await warmShopCache(primary);
      await readSessions(primary, hitRounds);
    },
    isOn: async () => {
      const primary = await redis.primary();
      return isFlushed && primary !== undefined && (await keptSessions(primary).catch(() => 0)) < visitors / 2;
    },
  };
}
