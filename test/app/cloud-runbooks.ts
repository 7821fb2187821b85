import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { openCacheRuns, startCacheEngines, taggedCache, type CacheEngines } from './cache-group.ts';
import type { CloudRunbook } from './killed-in-the-cloud.ts';
import { multiZone, openMultiZoneRuns } from './multi-zone.ts';

/** An instance of RDS with a standby in another zone. */
export function multiZoneRunbook(): CloudRunbook {
  let database: TestPostgres;
  let model = multiZone();
  const first = model.instances[0]?.AvailabilityZone;
  return {
    name: 'switchover of an instance with a standby',
    start: async () => void (database = await startTestPostgres()),
    stop: () => database.stop(),
    open: () => {
      model = multiZone();
      return openMultiZoneRuns(database, { model });
    },
    run: (runs) => runs.start(),
    interrupts: ({ command }) => command === 'RebootDBInstanceCommand',
    hasMoved: () => model.instances[0]?.AvailabilityZone !== first,
  };
}

/** A replication group of ElastiCache, whose safety net is taken away and put back. */
export function cacheRunbook(): CloudRunbook {
  let cache: CacheEngines;
  return {
    name: 'switchover of a replication group',
    start: async () => void (cache = await startCacheEngines()),
    stop: () => cache.stop(),
    open: () => openCacheRuns(cache, { model: taggedCache() }),
    run: (runs) => runs.start(),
    interrupts: ({ input }) => 'PrimaryClusterId' in input,
    hasMoved: () => cache.engines.primary() === 'shop-cache-002',
  };
}
