import { afterAll, beforeAll, expect, it } from 'vitest';
import { blockText } from '../../src/local/block-text.ts';
import { aclRules } from '../../src/providers/redis-commands.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

let database: TestPostgres;
let cache: TestRedis;
let house: House;
beforeAll(async () => {
  [database, cache] = await Promise.all([
    startTestPostgres({ replica: true, settings: { fsync: 'on', max_connections: '20' } }),
    startTestRedis({ replica: true, sentinels: true, settings: ['maxmemory 512mb'] }),
  ]);
  for (const server of [cache, ...(cache.replica ? [cache.replica] : [])]) {
    const login = `>${nowhere.SHOP_CACHE_READ_PASSWORD}`;
    await server.call(
      'ACL',
      'SETUSER',
      'nightshift_read',
      'on',
      login,
      ...aclRules('read', { isManaged: false }).split(' '),
    );
  }
  const ports = [...database.spec.members, ...cache.spec.members].map(({ name, port }) => [name, `127.0.0.1:${port}`]);
  house = await startHouse({
    environment: {
      ...nowhere,
      ...database.environment,
      NIGHTSHIFT_ADDRESSES: JSON.stringify(Object.fromEntries(ports)),
    },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  await house.stop();
  await Promise.all([database.stop('immediate'), cache.stop('SIGKILL')]);
});

const alarm = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  account: '1',
  region: 'eu-central-1',
  resources: ['arn:aws:cloudwatch:eu-central-1:1:alarm:shop-db-connections'],
  detail: {
    alarmName: 'shop-db-connections',
    state: { value: 'ALARM', reason: 'because', timestamp: '2026-11-24T02:30:00.000Z' },
  },
};

it('an alarm on the database says that the cache lost its keys since the last good report', async () => {
  await cache.call('EVAL', "for i = 1, 5000 do redis.call('SET', 'k' .. i, i) end", '0');
  await house.call('schedule', { schedule: 'nightly-health', scheduledAt: '2026-11-24T01:00:00Z' });
  await house.settled();
  const night = house
    .posted()
    .map((message) => blockText(message.blocks))
    .join('\n');
  expect(night).toContain('all 2 targets healthy');
  expect((await house.state.history.past('shop-db')).good?.samples).toHaveProperty(['postgres.settings']);

  await cache.call('FLUSHALL');
  const crowd = await Promise.all(Array.from({ length: 15 }, () => database.connect('web')));
  await house.call('alarm', alarm);
  await house.settled();
  await Promise.all(crowd.map((client) => client.end()));

  const incident = house
    .posted()
    .map((message) => blockText(message.blocks))
    .find((text) => text.includes('shop-db incident'));
  expect(incident).toMatch(/What changed since .*, the last good report\. It may explain:/);
  expect(incident).toMatch(/likely · application web: 0 → 15 sessions$/m);
  expect(incident).toMatch(
    /likely · shop-cache lost 100 % of its keys, 5,000 → 0 \(FLUSHALL or FLUSHDB was called\)$/m,
  );
  // The look at the neighbour is a step of the run like any other.
  const steps = house.runs().flatMap(({ arn }) => house.operations(arn).map(({ Name }) => Name));
  expect(steps).toContain('health.collect shop-cache');
  expect(steps).toContain('look around');
});
