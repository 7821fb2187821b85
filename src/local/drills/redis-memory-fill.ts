import type { Fleet } from '../fleet/index.ts';
import { maxMemoryBytes } from '../fleet/redis-configuration.ts';
import type { RedisServer } from '../fleet/redis-server.ts';
import type { Drill } from './drill.ts';
import { until } from './until.ts';

const roomBytes = 16 * 1024 * 1024;
const valueBytes = 64 * 1024;
const fullRatio = 0.95;
const fillRatio = 0.985;
/** Nobody has to clean up after a fleet that was killed with the drill on. */
const keySeconds = '3600';
const mostKeys = (4 * roomBytes) / valueBytes;

/** The memory limit comes close, and what is left of it is filled: writes are refused when it is reached (noeviction). */
export function redisMemoryFill({ redis }: Fleet): Drill {
  let isFilled = false;
  const off = async () => {
    isFilled = false;
    for (const server of redis.servers.filter((one) => one.isRunning())) await setLimit(server, maxMemoryBytes);
    const primary = await redis.primary();
    const keys = Array.from({ length: mostKeys }, (_, index) => keyOf(index));
    if (primary?.isRunning()) await primary.call('UNLINK', ...keys);
  };
  return {
    name: 'redis-memory-fill',
    title: 'Fill the memory of Redis',
    what: `Lowers maxmemory of shop-cache's primary to what it uses plus 16 MB, and fills that to over 95 %; nothing is evicted.`,
    on: async () => {
      const primary = await redis.primary();
      if (!primary?.isRunning() || isFilled) return;
      isFilled = true;
      await setLimit(primary, (await memoryOf(primary)).usedBytes + roomBytes);
      let next = 0;
      await until('Redis to be full', async () => {
        while ((await fullness(primary)) < fillRatio && next < mostKeys && (await fill(primary, next++)));
        return (await fullness(primary)) >= fullRatio;
      });
    },
    off,
    isOn: async () => {
      const primary = await redis.primary();
      return isFilled && primary !== undefined && (await fullness(primary).catch(() => 0)) >= fullRatio;
    },
  };
}

function keyOf(index: number): string {
  return `drill:memory-fill:${index}`;
}

/** False where Redis takes no more: it counts the buffers of clients too. */
async function fill(primary: RedisServer, index: number): Promise<boolean> {
  try {
    await primary.call('SET', keyOf(index), 'x'.repeat(valueBytes), 'EX', keySeconds);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.message.startsWith('OOM')) return false;
    throw thrown;
  }
}

/** Of the limit that the drill has set; 0 while there is the usual one. */
async function fullness(primary: RedisServer): Promise<number> {
  const { usedBytes, limitBytes } = await memoryOf(primary);
  return limitBytes < maxMemoryBytes ? usedBytes / limitBytes : 0;
}

/**
 * What is kept: the buffers of clients, of a replica that is behind and of the append-only file are given back after
 * the filling, and what they held would be missing. https://redis.io/docs/latest/commands/info/
 */
async function memoryOf(primary: RedisServer): Promise<{ usedBytes: number; limitBytes: number }> {
  const info = String(await primary.call('INFO', 'memory'));
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const usedBytes = field('used_memory') - field('mem_not_counted_for_evict') - field('mem_clients_normal');
  return { usedBytes, limitBytes: field('maxmemory') };
}

async function setLimit(server: RedisServer, bytes: number): Promise<void> {
  await server.call('CONFIG', 'SET', 'maxmemory', String(bytes));
}
