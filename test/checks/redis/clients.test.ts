import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clients } from '../../../src/checks/redis/clients.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const member = (more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      runId: 'a',
      connected: 100,
      busLinks: 0,
      most: 1000,
      rejected: 5,
      blocked: 10,
      paused: null,
      ...more,
    },
  ],
  unseen: [],
});
const found = (more: object, before?: object) =>
  judged(clients, member(more), before ? { before: { sample: member(before), secondsAgo: 60 } } : {}).map(
    ({ key, severity }) => `${severity} ${key.split(':')[2]}`,
  );

describe('clients', () => {
  it('are told from 80 % of maxclients on, critical from 90 %; links of the cluster bus count', () => {
    expect(found({ connected: 799 })).toEqual([]);
    expect(found({ connected: 800 })).toEqual(['warning slots']);
    expect(found({ connected: 780, busLinks: 20 })).toEqual(['warning slots']);
    expect(found({ connected: 900 })).toEqual(['critical slots']);
    expect(found({ connected: 900, most: null })).toEqual([]);
  });

  it('that were turned away are counted since the earlier look only', () => {
    expect(found({ rejected: 50 })).toEqual([]);
    expect(found({ rejected: 50 }, {})).toEqual(['warning rejected']);
    expect(found({ rejected: 50 }, { runId: 'b' })).toEqual([]);
    expect(found({ rejected: null }, {})).toEqual([]);
  });

  it('that wait in a blocking command are normal; a rise by 50 to twice as many is info', () => {
    expect(found({ blocked: 500 })).toEqual([]);
    expect(found({ blocked: 500 }, { blocked: 460 })).toEqual([]);
    expect(found({ blocked: 500 }, { blocked: 300 })).toEqual([]);
    expect(found({ blocked: 60 }, {})).toEqual(['info blocked']);
  });

  it('that are paused are told where the server says so', () => {
    expect(found({ paused: 'client_pause' })).toEqual(['warning paused']);
  });
});

describe('clients of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    // Redis keeps 32 files for itself; a dozen clients are enough to fill it.
    server = await startTestRedis({ settings: ['maxclients 12'] });
  });
  afterAll(() => server.stop());

  it('fill it up, and the next ones are turned away', async () => {
    const look = () => onRedis(server, (target) => sampleOf(clients, target));
    const first = await look();
    expect(first).toMatchObject({ members: [{ most: 12, rejected: 0 }] });
    expect(judged(clients, first)).toEqual([]);
    const crowd = Array.from({ length: 10 }, () => new Redis(server.url, { retryStrategy: () => null }));
    await Promise.all(crowd.map((one) => one.ping()));
    expect(judged(clients, await look())).toMatchObject([
      { key: 'redis.clients:shop-cache-1:slots', severity: 'critical' },
    ]);
    const late = Array.from(
      { length: 5 },
      () => new Redis(server.url, { retryStrategy: () => null, lazyConnect: true }),
    );
    await Promise.allSettled(late.map(async (one) => one.on('error', () => {}).connect()));
    for (const one of [...crowd, ...late]) one.disconnect();
    const freed = (seen: Awaited<ReturnType<typeof look>>) =>
      (seen as { members: { connected: number }[] }).members[0]!.connected < 9;
    // While all slots are taken we are turned away ourselves: only then does the look succeed.
    const after = await until(
      () => look().catch(() => first),
      (seen) => seen !== first && freed(seen),
    );
    expect(judged(clients, after, { before: { sample: first, secondsAgo: 60 } })).toMatchObject([
      { key: 'redis.clients:shop-cache-1:rejected' },
    ]);
  });
});
