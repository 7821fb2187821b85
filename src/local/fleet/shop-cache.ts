import { Redis } from 'ioredis';
import { masterName } from './redis-configuration.ts';
import type { RedisServer } from './redis-server.ts';
import type { RedisTrio } from './redis-trio.ts';

/** The shop's sessions and counters. */
export type ShopCache = { visit(): Promise<void>; close(): void };

/** Each of them has a session. */
export const visitors = 500;
const sessionNames = Array.from({ length: visitors }, (_, visitor) => `session:${visitor}`);
const sessionSeconds = 1_800;
const reconnectMs = 500;

/** Connects through the Sentinels, so that it follows a failover by itself. */
export function openShopCache(trio: RedisTrio, password: string): ShopCache {
  const client = new Redis({
    sentinels: trio.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    name: masterName,
    password,
    connectionName: 'shop-web',
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 2_000,
    retryStrategy: () => reconnectMs,
    sentinelRetryStrategy: () => reconnectMs,
    sentinelReconnectStrategy: () => reconnectMs,
    failoverDetector: true,
  });
  client.on('error', () => {});
  return {
    visit: async () => {
      const visitor = Math.floor(Math.random() * visitors);
      await client.get(`session:${visitor}`);
      await client.set(`session:${visitor}`, JSON.stringify({ visitor, cart: visitor % 7 }), 'EX', sessionSeconds);
      await client.hincrby('views', `product-${visitor % 300}`, 1);
    },
    close: () => client.disconnect(),
  };
}

/** https://redis.io/docs/latest/develop/programmability/eval-intro/ */
const WARM = `
  for n = ARGV[1], ARGV[2] do
    redis.call('SET', 'session:' .. n, cjson.encode({ visitor = n, cart = n % 7 }), 'EX', ARGV[3])
  end`;
/** A script over all of them would be a slow command, which a report tells of. */
const warmedAtOnce = 50;

/** Gives every visitor a session, as after a day of traffic. */
export async function warmShopCache(primary: RedisServer): Promise<void> {
  for (let first = 0; first < visitors; first += warmedAtOnce) {
    const last = first + warmedAtOnce - 1;
    await primary.call('EVAL', WARM, '0', String(first), String(last), String(sessionSeconds));
  }
}

/** Reads the session of every visitor, so many times over. */
export async function readSessions(primary: RedisServer, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await primary.call('MGET', ...sessionNames);
}

/** How many visitors have a session. */
export async function keptSessions(primary: RedisServer): Promise<number> {
  return Number(await primary.call('EXISTS', ...sessionNames));
}
