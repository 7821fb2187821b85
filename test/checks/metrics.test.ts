import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { Metric } from '../../src/core/metric.ts';
import { cacheHit } from '../../src/checks/postgres/cache-hit.ts';
import { replicationSlots } from '../../src/checks/postgres/replication-slots.ts';
import { sequences } from '../../src/checks/postgres/sequences.ts';
import { wraparound } from '../../src/checks/postgres/wraparound.ts';
import { memory } from '../../src/checks/redis/memory.ts';
import { judge } from '../../src/operations/health/judge.ts';
import { lookAt } from '../../src/operations/health/look.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';
import { onPostgres, onRedis } from './looking.ts';

let database: TestPostgres;
let cache: TestRedis;
beforeAll(async () => {
  [database, cache] = await Promise.all([startTestPostgres({ replica: true }), startTestRedis({ replica: true })]);
});
afterAll(() => Promise.all([database.stop(), cache.stop()]));

/** The metrics of one look at a real server, as a report would keep them. */
function metricsOf(engine: 'postgres' | 'redis', look: Awaited<ReturnType<typeof lookAt>>): readonly Metric[] {
  const target = { name: 'shop', engine, environment: 'test' };
  const kept = JSON.parse(JSON.stringify(look)) as typeof look;
  return judge(target, { read: kept }, () => ({}), undefined, Date.now()).metrics;
}

function metrics(check: { metrics: typeof memory.metrics }, read: Json, before?: Json): readonly Metric[] {
  return check.metrics({ read }, before === undefined ? undefined : { samples: { read: before }, secondsAgo: 600 }, {});
}

describe('the metrics', () => {
  test('of a real PostgreSQL pair are numbers with names of their own', async () => {
    const all = metricsOf('postgres', await onPostgres(database, (target) => lookAt(target, 'read')));
    const names = all.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'connections',
        'database-bytes',
        'xid-age',
        'multixact-age',
        'lag-bytes:shop-db-2',
        'lag:shop-db-2',
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(all.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    expect(all.find(({ name }) => name === 'connections')?.limits?.map(({ value }) => value)).toEqual([80, 90]);
  });

  test('of a real Redis pair are the memory of each server', async () => {
    const all = metricsOf('redis', await onRedis(cache, (target) => lookAt(target, 'read')));
    const own = all.filter(({ name }) => name.startsWith('memory:'));
    expect(own.map(({ name }) => name).toSorted()).toEqual(['memory:shop-cache-1', 'memory:shop-cache-2']);
    expect(own.filter(({ value }) => value < 100_000)).toEqual([]);
  });
});

describe('the end of a metric', () => {
  test('is where a slot is given up, and nowhere where nothing limits it', () => {
    const slot = { slot: 'old', retainedBytes: 300, active: false, safeBytes: 700 };
    const of = (more: object) => metrics(replicationSlots, { slots: [{ ...slot, ...more }], more: 0 })[0]?.ceiling;
    expect(of({})).toEqual({ value: 1000, what: 'Slot old', happens: 'lost', steady: true });
    expect(of({ safeBytes: null })).toBeUndefined();
    expect(of({ safeBytes: -5 })).toBeUndefined();
  });

  test('is where writes stop, once autovacuum was to have turned the age around', () => {
    const settings = { freezeMaxAge: 200_000_000, multixactFreezeMaxAge: 400_000_000, nextXid: 1, holders: [] };
    const aged = (xidAge: number) =>
      metrics(wraparound, { ...settings, databases: [{ database: 'shop', xidAge, multixactAge: 5 }] })[0];
    expect(aged(150_000_000)).not.toHaveProperty('ceiling');
    expect(aged(250_000_000)?.ceiling).toMatchObject({ what: 'Transaction ids', happens: 'used up', steady: true });
    expect(aged(250_000_000)?.ceiling?.value).toBeGreaterThan(2_100_000_000);
  });

  test('is the last number of a sequence of which half is used, and nowhere where it begins anew', () => {
    const used = { sequence: 'public.ids', fed: null, type: null, value: 6, most: 10, usedRatio: 0.6, cycles: false };
    const of = (more: object) =>
      metrics(sequences, { database: 'shop', count: 1, unread: 0, fullest: [{ ...used, ...more }] });
    expect(of({})).toMatchObject([
      { name: 'sequence:public.ids', value: 60, ceiling: { value: 100, happens: 'used up', steady: true } },
    ]);
    expect(of({ fed: 'public.orders.id' })[0]?.ceiling?.what).toBe('Numbers of public.orders.id');
    expect(of({ usedRatio: 0.49 })).toEqual([]);
    expect(of({ cycles: true })).toEqual([]);
  });

  test('is maxmemory, harmless where keys are evicted, nowhere without one', () => {
    const server = { name: 'cache-1', role: 'primary', usedBytes: 50, maxBytes: 100, policy: 'noeviction' };
    const of = (more: object) => metrics(memory, { members: [{ ...server, ...more }] })[0];
    expect(of({})?.ceiling).toEqual({ value: 100, what: 'Memory of cache-1', happens: 'full' });
    expect(of({ policy: 'allkeys-lru' })?.ceiling).toMatchObject({ happens: 'evicts', harmless: true });
    expect(of({ maxBytes: 0 })).toEqual({ name: 'memory:cache-1', value: 50, unit: 'bytes' });
  });
});

test('a rate is a metric only between two looks, and not over a reset', () => {
  const look = (hitBlocks: number, readBlocks: number, resetAt = 'monday') => ({ hitBlocks, readBlocks, resetAt });
  expect(metrics(cacheHit, look(900_000, 100_000))).toEqual([]);
  expect(metrics(cacheHit, look(900_000, 100_000), look(0, 0))).toMatchObject([{ name: 'cache-hit', value: 90 }]);
  expect(metrics(cacheHit, look(900_000, 100_000), look(0, 0, 'sunday'))).toEqual([]);
});
