import { describe, expect, it } from 'vitest';
import { estimate, type NodeSeen } from '../../../src/operations/keys/estimate.ts';
import type { Slice } from '../../../src/operations/keys/scan-slice.ts';
import { countKey, emptyStats } from '../../../src/operations/keys/stats.ts';

const node = {
  member: 'shop-cache-2',
  role: 'replica',
  why: null,
  process: 'p',
  database: 0,
  keys: 1_000_000,
  expires: 0,
  policy: 'noeviction',
  maxBytes: 0,
  dataBytes: 0,
  inCluster: false,
} as const;

/** A slice with so many keys of so many bytes, by pattern. */
function slice(counts: Record<string, readonly [number, number]>, change: Partial<Slice> = {}): Slice {
  const patterns = Object.entries(counts).map(([pattern, [keys, bytes]]) => {
    const stats = emptyStats();
    for (let n = 0; n < keys; n += 1) {
      countKey(stats, { name: '', type: 'string', memoryBytes: bytes, members: 1, ttlSeconds: null, frequency: null });
    }
    return { pattern, stats };
  });
  const seen = patterns.reduce((sum, { stats }) => sum + stats.keys, 0);
  const ended = {
    cursor: '7',
    seconds: 1,
    cpuSeconds: 1,
    stopped: 'enough',
    reason: null,
    membersCounted: true,
  } as const;
  return { seen, patterns, biggest: [], longest: [], hottest: [], ...ended, ...change };
}
const only = (seen: NodeSeen[], pattern: string) => estimate(seen).patterns.find((one) => one.pattern === pattern);

describe('what a sample says of all keys', () => {
  it('is scaled to the keys of the server, with an interval', () => {
    const seen = [{ node, slices: [slice({ 'user:*': [5000, 100], 'page:*': [15_000, 100] })] }];
    const user = only(seen, 'user:*');
    expect(user?.keys.value).toBe(250_000);
    // 1.96 * 1e6 * sqrt(0.25 * 0.75 / 20,000 * 0.98)
    expect(user?.keys.plusMinus).toBeCloseTo(5941, -2);
    expect(user?.bytes.value).toBe(25_000_000);
    expect(user?.share.value).toBe(0.25);
    expect(estimate(seen)).toMatchObject({ seen: 20_000, keys: 1_000_000, isComplete: false, bytes: { value: 1e8 } });
  });

  it('is exact where every key was looked at, whatever the server said before', () => {
    const whole = slice({ 'user:*': [40, 100] }, { cursor: '0', stopped: null });
    const found = estimate([{ node, slices: [slice({ 'user:*': [10, 50] }), whole] }]);
    expect(found).toMatchObject({ seen: 50, keys: 50, isComplete: true, bytes: { value: 4500, plusMinus: 0 } });
    expect(found.patterns).toMatchObject([{ pattern: 'user:*', keys: { value: 50, plusMinus: 0 } }]);
  });

  it('adds up over the servers of a cluster, each by its own size', () => {
    const small = { ...node, member: 'b', keys: 100_000 };
    const seen = [
      { node, slices: [slice({ 'user:*': [100, 100], 'page:*': [100, 100] })] },
      { node: small, slices: [slice({ 'user:*': [200, 100] })] },
    ];
    expect(only(seen, 'user:*')?.keys.value).toBe(600_000);
    expect(only(seen, 'user:*')?.bytes.value).toBe(60_000_000);
  });

  it('has an interval that holds the truth about as often as it says', () => {
    let [seed, held] = [7, 0];
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 300; round += 1) {
      const users = Array.from({ length: 500 }, random).filter((one) => one < 0.2).length;
      const found = only([{ node, slices: [slice({ 'user:*': [users, 10], 'page:*': [500 - users, 10] })] }], 'user:*');
      if (Math.abs((found?.keys.value ?? 0) - 200_000) <= (found?.keys.plusMinus ?? 0)) held += 1;
    }
    expect(held).toBeGreaterThan(270);
  });

  it('says nothing where nothing was seen', () => {
    expect(estimate([])).toMatchObject({ seen: 0, keys: 0, patterns: [], bytes: { value: 0, plusMinus: 0 } });
    expect(estimate([{ node, slices: [slice({})] }])).toMatchObject({ seen: 0, keys: 1_000_000, isComplete: false });
  });
});
