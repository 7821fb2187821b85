import { bindPostgres, type PostgresEngines } from '../../src/local/aws/cloud/engines/postgres-engines.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import { copyRole, startPairOfEngines } from '../local/aws/cloud/engines.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { auroraPair } from './aurora-pair.ts';
import { openCacheRuns, startCacheEngines, taggedCache, type CacheEngines } from './cache-group.ts';
import { ACCEPTING, caughtUp, deadInstance, openFailoverRuns, startPair } from './dead-instance.ts';
import type { CloudRunbook } from './killed-in-the-cloud.ts';
import { multiZone, openMultiZoneRuns } from './multi-zone.ts';
import { openSwitchoverRuns } from './switchover-runs.ts';

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

/** A cluster of Aurora, whose reader takes over; each switchover goes back where the last one came from. */
export function auroraRunbook(): CloudRunbook {
  let started: Awaited<ReturnType<typeof startPairOfEngines>>;
  let engines: PostgresEngines | undefined;
  let writer = 'shop-db-1';
  const close = async () => {
    await engines?.rejoined();
    engines?.endpoint.close();
  };
  return {
    name: 'switchover of a cluster of Aurora',
    start: async () => void (started = await startPairOfEngines()),
    stop: async () => {
      await close();
      await started.pair.stop('immediate');
    },
    open: async () => {
      await close();
      const { pair, one, two } = started;
      writer = engines?.writer() ?? 'shop-db-1';
      const members =
        writer === 'shop-db-1' ? { 'shop-db-1': one, 'shop-db-2': two } : { 'shop-db-2': two, 'shop-db-1': one };
      engines = await bindPostgres({ members, copy: copyRole });
      const spec = { ...pair.spec, provider: 'aurora' };
      const bindings = { shop: engines };
      return openSwitchoverRuns({ spec, model: auroraPair(writer), bindings, secrets: pair.environment });
    },
    run: (runs) => runs.start(),
    interrupts: ({ command }) => command === 'FailoverDBClusterCommand',
    hasMoved: () => engines?.writer() !== writer,
  };
}

/** A read replica of an instance that is dead; a new pair wherever it was promoted. */
export function promotionRunbook(): CloudRunbook {
  let pair: Awaited<ReturnType<typeof startPair>>;
  let model: CloudModel = deadInstance();
  const hasMoved = () => model.instances[1]?.ReadReplicaSourceDBInstanceIdentifier === undefined;
  const start = async () => {
    pair = await startPair();
    await caughtUp(pair);
    await pair.primary.stop('immediate');
  };
  return {
    name: 'promotion of a read replica',
    start,
    stop: () => pair.stop('immediate'),
    open: async () => {
      if (hasMoved()) {
        await pair.stop('immediate');
        await start();
      }
      model = deadInstance();
      return openFailoverRuns(pair, { model });
    },
    run: (runs) => runs.start('failover', ACCEPTING),
    interrupts: ({ command }) => command === 'PromoteReadReplicaCommand',
    hasMoved,
  };
}
