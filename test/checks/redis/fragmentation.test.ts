import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fragmentation } from '../../../src/checks/redis/fragmentation.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf } from '../looking.ts';

const MIB = 1024 ** 2;
const member = (usedMib: number, rssMib: number, more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      usedBytes: usedMib * MIB,
      rssBytes: rssMib * MIB,
      holesBytes: 120 * MIB,
      keptPagesBytes: 10 * MIB,
      defragOn: false,
      defragRunning: false,
      ...more,
    },
  ],
  unseen: [],
});
const sentence = (more: object) => judged(fragmentation, member(300, 500, more))[0]?.sentence;

describe('fragmentation', () => {
  it('is told above 1.5 times and 100 MB, both', () => {
    expect(judged(fragmentation, member(10, 100))).toEqual([]);
    expect(judged(fragmentation, member(300, 450))).toEqual([]);
    expect(judged(fragmentation, member(300, 451))[0]).toMatchObject({
      key: 'redis.fragmentation:shop-cache-1',
      severity: 'warning',
    });
  });

  it('says whether active defragmentation is off, on, at work, or not visible', () => {
    expect(sentence({})).toContain('120 MB are holes between values, active defragmentation is off');
    expect(sentence({ defragOn: true })).toContain('active defragmentation is on and does not run');
    expect(sentence({ defragOn: true, defragRunning: true })).toContain('is at work');
    expect(sentence({ defragOn: null })).toContain('is not visible to us');
  });

  it('does not send anybody to defragmentation for less than 10 MB of holes, or for pages that are only kept', () => {
    expect(sentence({ holesBytes: 10 * MIB - 1 })).toContain('keeps pages that are free');
    expect(judged(fragmentation, member(300, 500, { keptPagesBytes: 121 * MIB }))[0]?.next).toMatch(
      /^Run MEMORY PURGE/,
    );
    expect(sentence({ holesBytes: null })).toContain('does not say where');
  });

  it('names memory that was swapped out', () => {
    expect(judged(fragmentation, member(1000, 860))).toEqual([]);
    expect(judged(fragmentation, member(1000, 840))[0]?.key).toBe('redis.fragmentation:shop-cache-1:swapped');
    expect(judged(fragmentation, member(10, 1))).toEqual([]);
  });

  it('takes what a version does not say for missing', () => {
    expect(judged(fragmentation, member(0, 0, { usedBytes: null, rssBytes: null }))).toEqual([]);
  });
});

describe('fragmentation of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());
  const look = () => onRedis(server, (target) => sampleOf(fragmentation, target));

  it('is found after a third of many values is left', async () => {
    // With jemalloc; a server built without it says nothing of holes and is judged by the ratio alone.
    await server.call('EVAL', "for i=1,60000 do redis.call('SET', i, string.rep('x', 900)) end", '0');
    await server.call('EVAL', "for i=1,60000 do if i % 12 ~= 0 then redis.call('DEL', i) end end", '0');
    const limits = { warningRatio: 1.2, wasteBytes: MIB, holesBytes: MIB };
    expect(judged(fragmentation, await look(), { limits })).toMatchObject([
      { key: 'redis.fragmentation:shop-cache-1', severity: 'warning' },
    ]);
    expect(judged(fragmentation, await look())).toEqual([]);
  });

  it('sees the setting, and does without it where CONFIG is not allowed', async () => {
    expect(await look()).toMatchObject({ members: [{ defragOn: false, defragRunning: false }] });
    await server.call('ACL', 'SETUSER', 'default', '-config');
    expect(await look()).toMatchObject({ members: [{ defragOn: null }], unseen: [] });
  });
});
