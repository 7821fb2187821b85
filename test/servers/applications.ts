import { Cluster, Redis } from 'ioredis';
import type { TestCluster } from './redis-cluster.ts';
import type { TestRedis } from './redis.ts';

/** A client as an application is told to connect: through the Sentinels, with a new try where a server takes no writes. */
export function sentinelApplication({ sentinels, environment }: Pick<TestRedis, 'sentinels' | 'environment'>): Redis {
  const client = new Redis({
    sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    name: 'shop-cache',
    password: environment['SHOP_CACHE_PASSWORD'] ?? '',
    retryStrategy: () => 20,
    sentinelRetryStrategy: () => 20,
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  });
  client.on('error', () => {});
  return client;
}

/** A client that knows the first server only, as those of a pair that nobody watches. */
export function plainApplication({ primary, environment }: Pick<TestRedis, 'primary' | 'environment'>): Redis {
  const password = environment['SHOP_CACHE_PASSWORD'] ?? '';
  const client = new Redis({ port: primary.port, password, retryStrategy: () => 20 });
  client.on('error', () => {});
  return client;
}

/** A client that knows clusters. */
export function clusterApplication({ primaries, replicas, environment }: TestCluster): Cluster {
  const nodes = [...primaries, ...replicas].map(({ port }) => ({ host: '127.0.0.1', port }));
  const client = new Cluster(nodes, {
    redisOptions: { password: environment['SHOP_CACHE_PASSWORD'] ?? '' },
    clusterRetryStrategy: () => 20,
    retryDelayOnFailover: 20,
  });
  client.on('error', () => {});
  return client;
}
