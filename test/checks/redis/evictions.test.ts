import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evictions } from '../../../src/checks/redis/evictions.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf } from '../looking.ts';

const sample = (evictedKeys: number | null, runId = 'a') => ({
  members: [{ name: 'shop-cache-1', role: 'primary', runId, evictedKeys }],
  unseen: [],
});
const before = { sample: sample(1000), secondsAgo: 60 };

describe('evictions', () => {
  it('gives numbers only without an earlier look', () => {
    expect(judged(evictions, sample(1e9))).toEqual([]);
    expect(evictions.facts({ read: sample(12_000) })).toEqual([
      { label: 'Evicted since the start', value: '12,000 keys' },
    ]);
    expect(evictions.facts({ read: sample(null) })).toEqual([]);
  });

  it('informs about any eviction since the earlier look and warns at 100 a second', () => {
    expect(judged(evictions, sample(1000), { before })).toEqual([]);
    expect(judged(evictions, sample(6999), { before })[0]?.severity).toBe('info');
    expect(judged(evictions, sample(7000), { before })[0]).toMatchObject({
      severity: 'warning',
      sentence: 'shop-cache-1 (primary) evicted 6,000 keys in the last 1 min (100.0 a second, warning at 100).',
    });
  });

  it('says nothing across a restart, or when the counters were set back', () => {
    expect(judged(evictions, sample(90_000, 'b'), { before })).toEqual([]);
    expect(judged(evictions, sample(999), { before })).toEqual([]);
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
    expect(findings).toMatchObject([{ key: 'redis.evictions:shop-cache-1', severity: 'info' }]);
  });
});
