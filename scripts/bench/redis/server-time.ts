import type { Redis } from 'ioredis';
import { parseInfo } from '../../../src/providers/redis-info.ts';

/** What something cost: by our clock, and of the server's processor. */
export type RedisCost = { wallMs: number; serverMs: number };

/** https://redis.io/docs/latest/commands/info/#cpu */
export async function redisCost(client: Redis, work: () => Promise<void>): Promise<RedisCost> {
  const before = await cpuMs(client);
  const began = performance.now();
  await work();
  const wallMs = performance.now() - began;
  return { wallMs, serverMs: (await cpuMs(client)) - before };
}

async function cpuMs(client: Redis): Promise<number> {
  const info = parseInfo(await client.info('cpu'));
  return 1000 * (Number(info['used_cpu_sys']) + Number(info['used_cpu_user']));
}
