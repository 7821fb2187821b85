import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../../../src/checks/redis/policy.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf } from '../looking.ts';

const MIB = 1024 ** 2;
const member = (more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      policy: 'volatile-lru',
      usedBytes: 100 * MIB,
      maxBytes: 1000 * MIB,
      systemBytes: 8000 * MIB,
      keys: 10_000,
      keysWithExpiry: 10_000,
      ...more,
    },
  ],
  unseen: [],
});
const found = (more: object) =>
  judged(policy, member(more)).map(({ key, severity }) => `${severity} ${key.split(':')[2]}`);

describe('the eviction policy', () => {
  it('is in order where keys have an expiry, and under allkeys-* whatever they have', () => {
    expect(found({})).toEqual([]);
    expect(found({ keysWithExpiry: 500 })).toEqual([]);
    expect(found({ policy: 'allkeys-lru', keysWithExpiry: 0 })).toEqual([]);
  });

  it('is noeviction in effect under volatile-* without expiries: info, and a warning from 80 % of maxmemory on', () => {
    expect(found({ keysWithExpiry: 499 })).toEqual(['info volatile']);
    expect(found({ keysWithExpiry: 0, usedBytes: 800 * MIB })).toEqual(['warning volatile']);
    expect(judged(policy, member({ keysWithExpiry: 0 }))[0]?.sentence).toBe(
      'shop-cache-1 (primary) evicts by volatile-lru, but of its 10,000 keys none has an expiry (told below 5 %): at the limit, now used to 10 %, writes are refused as under noeviction.',
    );
  });

  it('says nothing of a server with few keys, of a replica, or where the server does not say', () => {
    expect(found({ keys: 999, keysWithExpiry: 0 })).toEqual([]);
    expect(found({ role: 'replica', keysWithExpiry: 0 })).toEqual([]);
    expect(found({ policy: null, maxBytes: null, keysWithExpiry: 0 })).toEqual([]);
  });

  it('tells of a server without maxmemory: info, and a warning from half of the machine on', () => {
    expect(found({ maxBytes: 0 })).toEqual(['info unlimited']);
    expect(found({ maxBytes: 0, usedBytes: 4000 * MIB })).toEqual(['warning unlimited']);
    expect(found({ maxBytes: 0, usedBytes: 4000 * MIB, systemBytes: null })).toEqual(['info unlimited']);
  });
});

describe('the policy of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ settings: ['maxmemory 60mb', 'maxmemory-policy volatile-ttl'] });
  });
  afterAll(() => server.stop());

  it('that evicts by expiry is compared with the keys of all its databases', async () => {
    const look = () => onRedis(server, (target) => sampleOf(policy, target));
    const fill = (database: number, ending: string) =>
      server.call('EVAL', `redis.call('SELECT', ${database}) for i=1,600 do redis.call('SET', i, 1${ending}) end`, '0');
    await fill(0, '');
    await fill(3, '');
    expect(judged(policy, await look())).toMatchObject([
      { key: 'redis.policy:shop-cache-1:volatile', severity: 'info' },
    ]);
    await fill(3, ", 'EX', 1000");
    expect(judged(policy, await look())).toEqual([]);
    await server.call('CONFIG', 'SET', 'maxmemory', '0');
    expect(judged(policy, await look())[0]?.key).toBe('redis.policy:shop-cache-1:unlimited');
  });
});
