import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clients } from '../../../src/checks/redis/clients.ts';
import { configDrift } from '../../../src/checks/redis/config-drift.ts';
import { evictions } from '../../../src/checks/redis/evictions.ts';
import { hitRate } from '../../../src/checks/redis/hit-rate.ts';
import { policy } from '../../../src/checks/redis/policy.ts';
import { version } from '../../../src/checks/redis/version.ts';
import type { Check } from '../../../src/core/check.ts';
import type { Json } from '../../../src/core/json.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { changed, onRedis, sampleOf, type ComparedSample } from '../looking.ts';

const at = '2026-11-24T03:00:00.000Z';
const sentences = <T, C>(check: Check<T, C>, good: ComparedSample, now: ComparedSample) =>
  changed(check, good, { at, ...now }).map(({ sentence }) => sentence);
const one = (member: object) =>
  ({ members: [{ name: 'shop-cache-1', role: 'primary', runId: 'a', ...member }], unseen: [] }) as unknown as Json;

describe('rates of Redis against the good look', () => {
  it('name a hit rate that fell, from what was looked up in each while', () => {
    const good = { sample: one({ hits: 98_000, misses: 2000 }) };
    const now = { sample: one({ hits: 98_200, misses: 3800 }) };
    expect(sentences(hitRate, good, now)).toEqual(['hit rate 98 % → 10 %']);
    expect(sentences(hitRate, good, { sample: one({ hits: 117_600, misses: 2400 }) })).toEqual([]);
  });

  it('name evictions that began, and commands that are many times as many', () => {
    expect(
      sentences(evictions, { sample: one({ evictedKeys: 0 }) }, { sample: one({ evictedKeys: 720_000 }) }),
    ).toEqual(['evictions: 0 → 200 a second']);
    const rates = (before: number, now: number) => ({
      sample: one({ connected: 12, commands: now }),
      before: { sample: one({ connected: 12, commands: before }), secondsAgo: 100 },
    });
    expect(sentences(clients, rates(0, 20_000), rates(20_000, 920_000))).toEqual(['commands: 200 → 9,000 a second']);
  });

  it('say nothing of counters that began again at 0', () => {
    const restarted = { sample: one({ runId: 'b', hits: 10, misses: 9000, evictedKeys: 0 }) };
    expect(sentences(hitRate, { sample: one({ hits: 98_000, misses: 2000 }) }, restarted)).toEqual([]);
    expect(sentences(evictions, { sample: one({ evictedKeys: 50 }) }, restarted)).toEqual([]);
  });

  it('name clients that are many times as many', () => {
    expect(sentences(clients, { sample: one({ connected: 20 }) }, { sample: one({ connected: 900 }) })).toEqual([
      'clients: 20 → 900',
    ]);
  });
});

describe('the servers of Redis', () => {
  const members = (...roles: string[]) =>
    ({
      members: roles.map((role, n) => ({
        name: `shop-cache-${n + 1}`,
        role,
        product: 'Redis',
        version: '7.0.15',
        runId: String(n),
        startedSeconds: 1,
      })),
      unseen: [],
    }) as unknown as Json;

  it('name a failover', () => {
    expect(
      changed(version, { sample: members('primary', 'replica') }, { sample: members('replica', 'primary') }),
    ).toMatchObject([{ kind: 'failover', sentence: 'failover: shop-cache-2 takes writes instead of shop-cache-1' }]);
  });
});

describe('a real Redis', () => {
  let cache: TestRedis;
  const look = <C>(check: Check<never, C>) => onRedis(cache, (target) => sampleOf(check as never, target));
  beforeAll(async () => {
    cache = await startTestRedis();
  });
  afterAll(() => cache.stop());

  it('that was flushed lost its keys, and says by which command', async () => {
    await cache.call('EVAL', "for i = 1, 5000 do redis.call('SET', 'k' .. i, i) end", '0');
    const good = await look(policy as never);
    await cache.call('FLUSHALL');
    await cache.call('SET', 'a', '1');
    expect(sentences(policy, { sample: good }, { sample: await look(policy as never) })).toEqual([
      'lost 100 % of its keys, 5,000 → 1 (FLUSHALL or FLUSHDB was called)',
    ]);
  });

  it('is not otherwise where nothing was done', async () => {
    for (const check of [policy, clients, configDrift, version, hitRate, evictions]) {
      const [good, now] = [await look(check as never), await look(check as never)];
      expect(sentences(check as never, { sample: good }, { sample: now }), check.id).toEqual([]);
    }
  });

  it('that got another limit or policy says from what to what', async () => {
    const good = await look(configDrift as never);
    await cache.call('CONFIG', 'SET', 'maxmemory', '104857600');
    await cache.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    expect(sentences(configDrift, { sample: good }, { sample: await look(configDrift as never) })).toEqual([
      '`maxmemory` 0 → 100 MB',
      '`maxmemory-policy` noeviction → allkeys-lru',
    ]);
  });
});
