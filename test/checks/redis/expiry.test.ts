import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expiry } from '../../../src/checks/redis/expiry.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const member = (more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      runId: 'a',
      keys: 50_000,
      keysWithExpiry: 20_000,
      staleRatio: 0.05,
      expiredKeys: 1000,
      cyclesCut: 10,
      cycleMs: 1000,
      ...more,
    },
  ],
  unseen: [],
});
const keys = (more: object, before?: object) =>
  judged(expiry, member(more), before ? { before: { sample: member(before), secondsAgo: 60 } } : {}).map(
    ({ key }) => key,
  );

describe('expiry', () => {
  it('warns when 30 % of the keys with an expiry are over it, on primaries with 1,000 of them', () => {
    expect(keys({ staleRatio: 0.29 })).toEqual([]);
    expect(judged(expiry, member({ staleRatio: 0.3 }))[0]).toMatchObject({
      severity: 'warning',
      sentence:
        'About 30 % of the 20,000 keys with an expiry on shop-cache-1 (primary) are over it and still in memory (warning at 30 %).',
    });
    expect(keys({ staleRatio: 0.3, keysWithExpiry: 999 })).toEqual([]);
    expect(keys({ staleRatio: 0.3, role: 'replica' })).toEqual([]);
    expect(keys({ staleRatio: null })).toEqual([]);
  });

  it('tells of an expire cycle that takes a tenth of the time and is cut off, since the earlier look', () => {
    const busy = { cycleMs: 7000, cyclesCut: 12 };
    expect(keys(busy)).toEqual([]);
    expect(keys(busy, {})).toEqual(['redis.expiry:shop-cache-1:cycle']);
    expect(keys({ cycleMs: 6900, cyclesCut: 12 }, {})).toEqual([]);
    expect(keys({ cycleMs: 7000 }, {})).toEqual([]);
    expect(keys(busy, { runId: 'b' })).toEqual([]);
    expect(keys({ cycleMs: null, cyclesCut: null }, {})).toEqual([]);
  });
});

describe('expiry of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());

  it('sees keys that are over and not removed yet', async () => {
    const look = () => onRedis(server, (target) => sampleOf(expiry, target));
    expect(judged(expiry, await look())).toEqual([]);
    // Half of the keys end in a moment; with the least effort and 10 cycles a second the estimate rises before they are gone.
    await server.call('EVAL', "for i=1,200000 do redis.call('SET', i, 1, 'PX', i % 2 == 0 and 300 or 900000) end", '0');
    const stale = await until(
      look,
      (seen) => (seen as { members: { staleRatio: number }[] }).members[0]!.staleRatio > 0,
    );
    expect(stale).toMatchObject({
      members: [{ keys: expect.any(Number) as number, cyclesCut: expect.any(Number) as number }],
    });
    expect(judged(expiry, stale, { limits: { warningRatio: 0.0001 } })[0]?.key).toBe('redis.expiry:shop-cache-1:stale');
  });
});
