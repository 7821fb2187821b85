import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memory } from '../../../src/checks/redis/memory.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf } from '../looking.ts';

const MIB = 1024 ** 2;
const member = (usedBytes: number | null, more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      usedBytes,
      peakBytes: usedBytes,
      datasetBytes: usedBytes,
      maxBytes: 1000 * MIB,
      policy: 'noeviction',
      systemBytes: 8000 * MIB,
      ...more,
    },
  ],
  unseen: [],
});

describe('memory', () => {
  it('stays silent below 80 % of maxmemory', () => {
    expect(judged(memory, member(799 * MIB))).toEqual([]);
  });

  it('warns at 80 % under noeviction and is critical at 95 %', () => {
    expect(judged(memory, member(800 * MIB))[0]).toMatchObject({
      key: 'redis.memory:shop-cache-1',
      severity: 'warning',
      sentence:
        'shop-cache-1 (primary) uses 800 MB of maxmemory 1000 MB (80 %, warning at 80 %); beyond it writes are refused (noeviction).',
    });
    expect(judged(memory, member(950 * MIB))[0]?.severity).toBe('critical');
  });

  it('stays silent where an eviction policy makes room: a full cache is a cache at work', () => {
    expect(judged(memory, member(1000 * MIB, { policy: 'allkeys-lru' }))).toEqual([]);
  });

  it('takes the memory of the machine for the limit where maxmemory is not set, and says so', () => {
    expect(judged(memory, member(6399 * MIB, { maxBytes: 0 }))).toEqual([]);
    expect(judged(memory, member(6400 * MIB, { maxBytes: 0 }))[0]?.sentence).toContain('no maxmemory is set');
    expect(memory.facts({ read: member(3 * MIB, { maxBytes: 0 }) })[0]).toEqual({
      label: 'Memory',
      value: '3 MB, no maxmemory',
    });
  });

  it('remembers a peak at the limit, as info, while it is quiet', () => {
    expect(judged(memory, member(100 * MIB, { peakBytes: 949 * MIB }))).toEqual([]);
    expect(judged(memory, member(100 * MIB, { peakBytes: 950 * MIB }))).toMatchObject([
      { key: 'redis.memory:shop-cache-1:peak', severity: 'info' },
    ]);
  });

  it('tells of overhead from half of the memory and 100 MB on, both', () => {
    expect(judged(memory, member(300 * MIB, { datasetBytes: 151 * MIB }))).toEqual([]);
    expect(judged(memory, member(150 * MIB, { datasetBytes: 51 * MIB }))).toEqual([]);
    expect(judged(memory, member(300 * MIB, { datasetBytes: 150 * MIB }))[0]?.sentence).toMatch(
      /^50 % of what shop-cache-1/,
    );
  });

  it('takes what a version does not say for missing, not for zero', () => {
    const blind = { maxBytes: null, datasetBytes: null, peakBytes: null, systemBytes: null };
    expect(judged(memory, member(null, blind))).toEqual([]);
    expect(memory.facts({ read: member(null, blind) })).toEqual([]);
  });

  it('adds the primaries of a cluster up', () => {
    const [one] = member(600 * MIB).members;
    const read = { members: [one, { ...one, name: 'shop-cache-2' }], unseen: [] } as never;
    expect(memory.facts({ read })[0]).toEqual({ label: 'Memory', value: '1.2 GB of 2 GB' });
  });

  it('says of a member that did not answer that it was left out', () => {
    const unseen = [{ name: 'shop-cache-2', reason: 'shop-cache-2 stopped answering: silent', fix: null }];
    expect(judged(memory, { ...member(1), unseen })).toMatchObject([
      { key: 'redis.memory:shop-cache-2:unseen', severity: 'info' },
    ]);
  });
});

describe('memory of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ settings: ['maxmemory 20mb'] });
  });
  afterAll(() => server.stop());

  it('goes from silent to critical while the server is filled, and remembers the peak afterwards', async () => {
    const look = () => onRedis(server, (target) => sampleOf(memory, target));
    expect(judged(memory, await look())).toEqual([]);
    for (let n = 0; n < 150; n += 1) await server.call('SET', `filler:${n}`, 'x'.repeat(100_000));
    const limits = { criticalRatio: 0.8 };
    expect(judged(memory, await look(), { limits })).toMatchObject([{ severity: 'critical' }]);
    await server.call('FLUSHALL');
    expect(judged(memory, await look(), { limits })).toMatchObject([{ key: 'redis.memory:shop-cache-1:peak' }]);
  });
});
