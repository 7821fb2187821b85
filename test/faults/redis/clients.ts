import { Redis } from 'ioredis';
import { untilTrue } from '../acts.ts';
import type { RedisFault, RedisServers, Stage } from '../fault.ts';

/** Connections that stay open until the scene ends; those that are refused are let go. */
async function connect(stage: Stage<RedisServers>, count: number, name: string): Promise<Redis[]> {
  const clients = Array.from(
    { length: count },
    () => new Redis(stage.servers.primary.url, { lazyConnect: true, connectionName: name, retryStrategy: () => null }),
  );
  stage.afterwards(() => clients.forEach((client) => client.disconnect()));
  for (const client of clients) client.on('error', () => {});
  await Promise.all(clients.map((client) => client.connect().catch(() => {})));
  return clients;
}

/** Works for as long as asked, so that everybody else waits: one script at a time. */
const BUSY = `local began = redis.call('TIME') repeat local now = redis.call('TIME')
  until (now[1] - began[1]) * 1000000 + (now[2] - began[2]) > tonumber(ARGV[1]) return 1`;

function infoNumber(text: unknown, field: string): number {
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(String(text))?.[1] ?? 0);
}

/** Too many clients, and clients that take too long. */
export const faults: readonly RedisFault[] = [
  {
    name: 'client-slots-nearly-used-up',
    what: 'A pool without a limit takes nearly every slot.',
    own: ['maxclients 60'],
    names: 'redis.clients:shop-cache-1:slots',
    async begin(stage) {
      await connect(stage, 50, 'web');
    },
  },
  {
    name: 'clients-refused',
    what: 'More clients come than the server takes, and the surplus is turned away.',
    own: ['maxclients 40'],
    names: 'redis.clients:shop-cache-1:',
    async begin(stage) {
      const clients = await connect(stage, 50, 'web');
      for (const client of clients.slice(0, 25)) client.disconnect();
      await untilTrue(
        async () =>
          infoNumber(await stage.servers.primary.call('INFO', 'clients').catch(() => ''), 'connected_clients') < 30,
      );
    },
  },
  {
    name: 'workers-pile-up',
    what: 'A hundred workers wait in a blocking command; before there were none.',
    names: 'redis.clients:shop-cache-1:blocked',
    async begin(stage) {
      const clients = await connect(stage, 100, 'worker');
      for (const client of clients) client.blpop('nothing-comes', 0).catch(() => {});
      await untilTrue(
        async () => infoNumber(await stage.servers.primary.call('INFO', 'clients'), 'blocked_clients') >= 100,
      );
    },
  },
  {
    name: 'slow-script',
    what: 'A script works for more than a second, and every other client waits.',
    names: 'redis.latency:shop-cache-1:command',
    async begin({ servers }) {
      await servers.primary.call('EVAL', BUSY, '0', '1300000');
    },
  },
  {
    name: 'settings-differ',
    what: 'The replica would evict other keys than the primary does, as soon as it takes over.',
    names: 'redis.config-drift:',
    async begin(stage) {
      const replica = stage.servers.replica;
      await replica?.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      stage.afterwards(() => replica?.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction'));
    },
  },
  {
    name: 'cache-flushed',
    what: 'All keys of a cache that was read well are gone, and every read misses.',
    names: 'redis.hit-rate:',
    async prepare({ servers }) {
      await fill(servers);
      await read(servers);
    },
    async begin({ servers }) {
      await servers.primary.call('FLUSHALL');
      await read(servers);
    },
  },
  {
    name: 'primary-gone',
    what: 'The primary is killed, and the Sentinels have not agreed yet.',
    own: [],
    names: 'redis.reachable:',
    async begin({ servers }) {
      await servers.primary.stop('SIGKILL');
    },
  },
  {
    name: 'nothing-may-be-evicted',
    what: 'Only keys that expire may be evicted, and none does; memory is filling up.',
    own: ['maxmemory 24mb', 'maxmemory-policy volatile-lru'],
    names: 'redis.policy:shop-cache-1',
    limits: { 'redis.memory': { warningRatio: 0.99, criticalRatio: 1 } },
    async begin({ servers }) {
      const client = new Redis(servers.primary.url);
      const pipeline = client.pipeline();
      for (let n = 0; n < 2000; n += 1) pipeline.set(`kept:${n}`, 'x'.repeat(9_000));
      await pipeline.exec();
      client.disconnect();
    },
  },
];

async function fill({ primary }: RedisServers): Promise<void> {
  const client = new Redis(primary.url);
  const pipeline = client.pipeline();
  for (let n = 0; n < 3000; n += 1) pipeline.set(`page:${n}`, 'x', 'EX', 3600);
  await pipeline.exec();
  client.disconnect();
}

async function read({ primary }: RedisServers): Promise<void> {
  const client = new Redis(primary.url);
  const pipeline = client.pipeline();
  for (let n = 0; n < 3000; n += 1) pipeline.get(`page:${n}`);
  await pipeline.exec();
  client.disconnect();
}
