import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisFault, RedisServers, Stage } from '../fault.ts';
import { untilTrue } from '../acts.ts';

async function fill({ servers }: Stage<RedisServers>, keys: number, bytes: number): Promise<void> {
  const client = new Redis(servers.primary.url);
  try {
    const pipeline = client.pipeline();
    for (let n = 0; n < keys; n += 1) pipeline.set(`filler:${n}`, 'x'.repeat(bytes));
    await pipeline.exec();
  } finally {
    client.disconnect();
  }
}

function infoOf(text: unknown, field: string): string {
  return new RegExp(`^${field}:(.*)$`, 'm').exec(String(text))?.[1]?.trim() ?? '';
}

export const faults: readonly RedisFault[] = [
  {
    name: 'memory-full',
    what: 'Memory is nearly at maxmemory, and nothing may be evicted.',
    own: ['maxmemory 20mb', 'maxmemory-policy noeviction'],
    names: 'redis.memory:shop-cache-1',
    begin: (stage) => fill(stage, 185, 100_000),
  },
  {
    name: 'evictions',
    what: 'The cache is too small, and keys are evicted while they are used.',
    own: ['maxmemory 8mb', 'maxmemory-policy allkeys-lru'],
    names: 'redis.evictions:',
    begin: (stage) => fill(stage, 400, 100_000),
  },
  {
    name: 'replica-cut-off',
    what: 'The replica follows an address where nobody is.',
    own: [],
    names: 'redis.replication:shop-cache-2',
    async begin({ servers }) {
      await servers.replica?.call('REPLICAOF', '127.0.0.1', '1');
      await untilTrue(
        async () => infoOf(await servers.replica?.call('INFO', 'replication'), 'master_link_status') === 'down',
      );
    },
  },
  {
    name: 'replica-gone',
    what: 'The replica is killed.',
    own: [],
    names: 'redis.replication:shop-cache-2',
    async begin({ servers }) {
      await servers.replica?.stop('SIGKILL');
    },
  },
  {
    name: 'quorum-lost',
    what: 'Two of three Sentinels are gone, so that nobody would fail over.',
    own: [],
    names: 'redis.sentinel-quorum:',
    async begin({ servers }) {
      await Promise.all(servers.sentinels.slice(1).map((one) => one.stop('SIGKILL')));
    },
  },
  {
    name: 'snapshot-fails',
    what: 'The snapshot cannot be written.',
    own: ['save 3600 1'],
    names: 'redis.persistence:',
    async begin(stage) {
      const { servers } = stage;
      // A directory where the file should be: no permission bit stops root, this does.
      mkdirSync(join(dirname(servers.primary.configurationFile), 'dump.rdb'));
      await servers.primary.call('SET', 'changed', '1');
      await servers.primary.call('BGSAVE');
      await untilTrue(
        async () => infoOf(await servers.primary.call('INFO', 'persistence'), 'rdb_last_bgsave_status') === 'err',
      );
    },
  },
];
