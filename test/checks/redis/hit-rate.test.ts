import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hitRate } from '../../../src/checks/redis/hit-rate.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf } from '../looking.ts';

const member = (hits: number | null, misses: number | null, more: object = {}) => ({
  name: 'shop-cache-1',
  role: 'primary',
  runId: 'a',
  hits,
  misses,
  flushes: 0,
  ...more,
});
const sample = (...members: object[]) => ({ members, unseen: [] }) as never;
const before = { sample: sample(member(9000, 1000)), secondsAgo: 60 };

describe('the hit rate', () => {
  it('is told as info when it falls by 10 points against the average before', () => {
    expect(judged(hitRate, sample(member(9810, 1190)), { before })).toEqual([]);
    expect(judged(hitRate, sample(member(9800, 1200)), { before })).toMatchObject([
      {
        severity: 'info',
        sentence: 'The hit rate fell to 80 % in the last 1 min, from 90 % on average before (told from 10 % less).',
      },
    ]);
  });

  it('is a warning when it falls by half, and names a flush and what to do until the cache is filled again', () => {
    expect(judged(hitRate, sample(member(9409, 1591)), { before })[0]?.severity).toBe('info');
    const [finding] = judged(hitRate, sample(member(9400, 1600, { flushes: 1 })), { before });
    expect(finding).toMatchObject({
      severity: 'warning',
      sentence:
        'The hit rate fell to 40 % in the last 1 min, from 90 % on average before (warning at 50 % less); FLUSHALL or FLUSHDB was called once meanwhile.',
      measure: { value: 40, limit: 40 },
      next: expect.stringMatching(/^See whether the database behind the cache bears the load/) as string,
    });
  });

  it('counts no flush of a replica, which does what its primary does, nor from a server that counts no commands', () => {
    const replica = member(0, 0, { name: 'shop-cache-2', role: 'replica', flushes: 3 });
    const uncounted = member(9000, 2000, { flushes: null });
    const [finding] = judged(hitRate, sample(uncounted, replica), { before });
    expect(finding?.sentence).not.toMatch(/FLUSHALL/);
  });

  it('is not judged by what was asked since the start, by few lookups, or across a restart', () => {
    expect(judged(hitRate, sample(member(0, 1e9)))).toEqual([]);
    expect(judged(hitRate, sample(member(9000, 1999)), { before })).toEqual([]);
    expect(judged(hitRate, sample(member(9000, 9000, { runId: 'b' })), { before })).toEqual([]);
    expect(judged(hitRate, sample(member(null, null)), { before })).toEqual([]);
  });

  it('joins all members, replicas that are read too', () => {
    const replica = (hits: number, misses: number) => member(hits, misses, { name: 'shop-cache-2', role: 'replica' });
    const both = { sample: sample(member(9000, 1000), replica(9000, 1000)), secondsAgo: 60 };
    const quiet = sample(member(9000, 1000), replica(18_000, 2000));
    expect(judged(hitRate, quiet, { before: both })).toEqual([]);
    expect(judged(hitRate, sample(member(9000, 3000), replica(18_000, 2000)), { before: both })).toHaveLength(1);
    expect(hitRate.facts({ read: quiet })).toEqual([{ label: 'Hit rate since the start', value: '90 %' }]);
  });
});

describe('the hit rate of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());

  it('falls when the cache was flushed', async () => {
    const look = () => onRedis(server, (target) => sampleOf(hitRate, target));
    await server.call('SET', 'basket', '1');
    await server.call('EVAL', "for i=1,2000 do redis.call('GET', 'basket') end", '0');
    const first = await look();
    await server.call('FLUSHALL');
    await server.call('EVAL', "for i=1,2000 do redis.call('GET', 'basket') end", '0');
    const [finding] = judged(hitRate, await look(), { before: { sample: first, secondsAgo: 60 } });
    expect(finding).toMatchObject({ severity: 'warning', evidence: { flushes: 1 } });
    expect(finding?.sentence).toMatch(/^The hit rate fell to 0 % in the last 1 min, from 100 % on average before/);
  });
});
