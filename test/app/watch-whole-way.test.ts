import { afterAll, beforeAll, expect, test } from 'vitest';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

let pair: TestPostgres;
let house: House;
beforeAll(async () => {
  pair = await startTestPostgres({ replica: true });
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  for (const { name, port } of pair.spec.members) addresses[name] = `127.0.0.1:${port}`;
  house = await startHouse({
    environment: { ...nowhere, ...pair.environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  await house.stop();
  await pair.stop();
});

/** One firing of the schedule, to its end. */
async function fires(minute: number): Promise<string[]> {
  const scheduledAt = new Date(Date.UTC(2026, 10, 24, 2, minute)).toISOString();
  await house.call('schedule', { schedule: 'watch-writers', scheduledAt });
  await house.settled();
  return house.posted().map(({ blocks }) => blockText(blocks));
}

test('the watch says nothing while all is well, tells of two writers, and remembers how far the last one was', async () => {
  expect(await fires(0)).toEqual([]);
  expect(await house.state.writers.last('shop-db')).toMatchObject({ member: 'shop-db-1', timeline: 1 });
  expect(await house.state.runs.recent('laptop', 5)).toEqual([]);

  await pair.replica!.query('select pg_promote(true, 60)');
  const [message = ''] = await fires(5);
  expect(message).toMatch(/two writers: shop-db-1 and shop-db-2 both take writes/);
  expect(message).toMatch(
    /2 servers of shop-db take writes at once: shop-db-1 \(timeline 1, .*\), shop-db-2 \(timeline 2/,
  );
  expect(await house.state.runs.recent('laptop', 5)).toMatchObject([{ operation: 'watch', health: 'critical' }]);
  expect(await house.state.writers.last('shop-db')).toMatchObject({ member: 'shop-db-2', timeline: 2 });
});
