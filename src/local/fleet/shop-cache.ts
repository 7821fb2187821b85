import { Redis } from 'ioredis';
import { masterName } from './redis-configuration.ts';
import type { RedisTrio } from './redis-trio.ts';

/** The shop's sessions and counters. */
export type ShopCache = { visit(): Promise<void>; close(): void };

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
      const visitor = Math.floor(Math.random() * 500);
      await client.get(`session:${visitor}`);
      await client.set(`session:${visitor}`, JSON.stringify({ visitor, cart: visitor % 7 }), 'EX', sessionSeconds);
      await client.hincrby('views', `product-${visitor % 300}`, 1);
    },
    close: () => client.disconnect(),
  };
}
