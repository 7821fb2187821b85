import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheHit } from '../../../src/checks/postgres/cache-hit.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf } from '../looking.ts';

const sample = (hitBlocks: number, readBlocks: number, resetAt: string | null = null) => ({
  hitBlocks,
  readBlocks,
  resetAt,
});
const before = { sample: sample(1_000_000, 10_000_000), secondsAgo: 3600 };

describe('cache hit', () => {
  it('gives no finding without an earlier look, only the ratio since the reset as a fact', () => {
    expect(judged(cacheHit, sample(1, 9_999_999))).toEqual([]);
    expect(cacheHit.facts({ read: sample(3, 1) })).toEqual([
      { label: 'Cache hit since statistics were reset', value: '75 %' },
    ]);
  });

  it('informs when less than 90 % of what was read since the earlier look came from the cache', () => {
    expect(judged(cacheHit, sample(1_900_000, 10_100_000), { before })).toEqual([]);
    const [finding] = judged(cacheHit, sample(1_800_000, 10_200_000), { before });
    expect(finding).toMatchObject({ severity: 'info', measure: { value: 80 } });
    expect(finding?.sentence).toContain('80 % of 1,000,000 blocks read in the last 1 h');
  });

  it('says nothing about a few blocks, or across a reset', () => {
    expect(judged(cacheHit, sample(1_000_000, 10_099_999), { before })).toEqual([]);
    expect(judged(cacheHit, sample(0, 900_000), { before })).toEqual([]);
    expect(judged(cacheHit, sample(1_000_000, 10_900_000, '2026-01-01T00:00:00Z'), { before })).toEqual([]);
  });
});

describe('cache hit of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());

  it('counts blocks that only grow, as numbers', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(cacheHit, target));
    const first = (await look()) as ReturnType<typeof sample>;
    const second = (await look()) as ReturnType<typeof sample>;
    expect(first.hitBlocks).toBeGreaterThan(0);
    expect(second.hitBlocks + second.readBlocks).toBeGreaterThanOrEqual(first.hitBlocks + first.readBlocks);
  });
});
