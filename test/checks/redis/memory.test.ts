import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memory } from '../../../src/checks/redis/memory.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf } from '../looking.ts';

const MIB = 1024 ** 2;
const member = (usedBytes: number, more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      usedBytes,
      maxBytes: 1000 * MIB,
      policy: 'noeviction',
      systemBytes: 8000 * MIB,
      rssBytes: usedBytes,
      ...more,
    },
  ],
});

describe('memory', () => {
  it('stays silent below 80 % of maxmemory', () => {
    expect(judged(memory, member(799 * MIB))).toEqual([]);
  });

  it('warns at 80 % and is critical at 95 %', () => {
    expect(judged(memory, member(800 * MIB))[0]).toMatchObject({
      key: 'redis.memory:shop-cache-1',
      severity: 'warning',
      sentence:
        'shop-cache-1 (primary) uses 800 MB of maxmemory 1000 MB (80 %, warning at 80 %); beyond it writes are refused (noeviction).',
    });
    expect(judged(memory, member(950 * MIB))[0]?.severity).toBe('critical');
  });

  it('only warns where an eviction policy makes room', () => {
    const [finding] = judged(memory, member(1000 * MIB, { policy: 'allkeys-lru' }));
    expect(finding?.severity).toBe('warning');
    expect(finding?.sentence).toContain('beyond it keys are evicted (allkeys-lru)');
  });

  it('takes the memory of the machine for the limit where maxmemory is not set, and says so', () => {
    expect(judged(memory, member(6399 * MIB, { maxBytes: 0 }))).toEqual([]);
    expect(judged(memory, member(6400 * MIB, { maxBytes: 0 }))[0]?.sentence).toContain('no maxmemory is set');
    expect(memory.facts({ read: member(3 * MIB, { maxBytes: 0 }) })).toEqual([
      { label: 'Memory', value: '3 MB, no maxmemory' },
    ]);
  });

  it('warns about fragmentation above 1.5 times and 100 MB, both', () => {
    expect(judged(memory, member(10 * MIB, { rssBytes: 100 * MIB }))).toEqual([]);
    expect(judged(memory, member(300 * MIB, { rssBytes: 450 * MIB }))).toEqual([]);
    expect(judged(memory, member(300 * MIB, { rssBytes: 451 * MIB }))[0]?.key).toBe(
      'redis.memory:shop-cache-1:fragmentation',
    );
  });
});

describe('memory of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ settings: ['maxmemory 20mb'] });
  });
  afterAll(() => server.stop());

  it('goes from silent to critical while the server is filled', async () => {
    const look = () => onRedis(server, (target) => sampleOf(memory, target));
    expect(judged(memory, await look())).toEqual([]);
    for (let n = 0; n < 150; n += 1) await server.call('SET', `filler:${n}`, 'x'.repeat(100_000));
    const findings = judged(memory, await look(), { limits: { criticalRatio: 0.8 } });
    expect(findings).toMatchObject([{ severity: 'critical' }]);
  });
});
