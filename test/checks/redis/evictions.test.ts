import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evictions } from '../../../src/checks/redis/evictions.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf } from '../looking.ts';

const sample = (evictedKeys: number, hits: number, misses: number, runId = 'a') => ({
  runId,
  evictedKeys,
  hits,
  misses,
});
const before = { sample: sample(1000, 9000, 1000), secondsAgo: 60 };

describe('evictions', () => {
  it('gives numbers only without an earlier look', () => {
    expect(judged(evictions, sample(1e9, 0, 1e9))).toEqual([]);
    expect(evictions.facts({ read: sample(12_000, 3, 1) })).toEqual([
      { label: 'Evicted since the start', value: '12,000 keys' },
      { label: 'Hit rate since the start', value: '75 %' },
    ]);
  });

  it('informs about any eviction since the earlier look and warns at 100 a second', () => {
    expect(judged(evictions, sample(1000, 9000, 1000), { before })).toEqual([]);
    expect(judged(evictions, sample(6999, 9000, 1000), { before })[0]?.severity).toBe('info');
    expect(judged(evictions, sample(7000, 9000, 1000), { before })[0]).toMatchObject({
      severity: 'warning',
      sentence: '6,000 keys were evicted in the last 1 min (100.0 a second, warning at 100).',
    });
  });

  it('warns when the hit rate falls by 10 points', () => {
    expect(judged(evictions, sample(1000, 9810, 1190), { before })).toEqual([]);
    expect(judged(evictions, sample(1000, 9800, 1200), { before })[0]?.sentence).toBe(
      'The hit rate fell to 80 % in the last 1 min, from 90 % on average before (warning at 10 % less).',
    );
  });

  it('says nothing about a few lookups, or across a restart', () => {
    expect(judged(evictions, sample(1000, 9000, 1999), { before })).toEqual([]);
    expect(judged(evictions, sample(90_000, 0, 9000, 'b'), { before })).toEqual([]);
  });
});

describe('evictions of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ settings: ['maxmemory 3mb', 'maxmemory-policy allkeys-lru'] });
  });
  afterAll(() => server.stop());

  it('are counted between two looks', async () => {
    const look = () => onRedis(server, (target) => sampleOf(evictions, target));
    const first = await look();
    for (let n = 0; n < 40; n += 1) await server.call('SET', `filler:${n}`, 'x'.repeat(100_000));
    const findings = judged(evictions, await look(), { before: { sample: first, secondsAgo: 60 } });
    expect(findings).toMatchObject([{ key: 'redis.evictions:rate', severity: 'info' }]);
  });
});
