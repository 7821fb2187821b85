import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../checks/looking.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../../servers/acknowledged-writes.ts';
import { onActing, orderOf } from '../switching.ts';

let group: TestRedis;
let writes: AcknowledgedWrites;
const password = () => group.environment['SHOP_CACHE_PASSWORD'] ?? '';
beforeAll(async () => {
  group = await startTestRedis({ replica: true, sentinels: true });
});
afterAll(() => group.stop('SIGKILL'));

/** As an application is told to connect: through the Sentinels. */
function application(): Redis {
  const client = new Redis({
    sentinels: group.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    name: 'shop-cache',
    password: password(),
    retryStrategy: () => 20,
    sentinelRetryStrategy: () => 20,
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  });
  client.on('error', () => {});
  return client;
}

describe('a switchover under Sentinel', () => {
  it('loses no acknowledged write, there and back again', async () => {
    writes = writeAcknowledged('there', [1, 2, 3, 4].map(application));
    for (let round = 0; round < 4; round += 1) {
      await until(
        async () => writes.count(),
        (count) => count > (round + 1) * 500,
      );
      const order = await orderOf(group);
      writes.longestGapMilliseconds();
      const result = await onActing(group, (capability) => capability.carryOut(order));
      console.log(JSON.stringify(result, null, 1), writes.perSecond());
      expect(result).toMatchObject({ ended: 'switched', left: [] });
      const now = await until(
        async () => writes.count(),
        (count) => count > (round + 2) * 500,
      );
      console.log('gap', writes.longestGapMilliseconds(), now);
    }
    await writes.stop();
    const look = await orderOf(group, () => true);
    const primary = look.from === 'shop-cache-1' ? group.primary : group.replica!;
    const lost = await writes.lost(async (key) => new Set((await primary.call('SMEMBERS', key)) as string[]));
    expect(lost).toEqual([]);
  });
});
