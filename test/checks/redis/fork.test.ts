import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fork } from '../../../src/checks/redis/fork.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const MIB = 1024 ** 2;
const member = (more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      forkUsec: 20_000,
      copiedBytes: 100 * MIB,
      usedBytes: 1000 * MIB,
      systemBytes: 4000 * MIB,
      ...more,
    },
  ],
  unseen: [],
});
const keys = (more: object) => judged(fork, member(more)).map(({ key }) => key);

describe('forks', () => {
  it('are told when the last one stopped all clients for half a second', () => {
    expect(keys({ forkUsec: 499_999 })).toEqual([]);
    expect(judged(fork, member({ forkUsec: 500_000 }))[0]).toMatchObject({
      key: 'redis.fork:shop-cache-1:time',
      severity: 'warning',
      sentence:
        'The last fork of shop-cache-1 (primary) stopped all its clients for 500 ms for 1000 MB (warning at 500 ms).',
    });
  });

  it('are told when memory with what was copied comes to nine tenths of the machine', () => {
    expect(keys({ usedBytes: 3000 * MIB, copiedBytes: 599 * MIB })).toEqual([]);
    expect(keys({ usedBytes: 3000 * MIB, copiedBytes: 600 * MIB })).toEqual(['redis.fork:shop-cache-1:memory']);
  });

  it('say nothing where the server says nothing', () => {
    expect(keys({ forkUsec: null, copiedBytes: null })).toEqual([]);
    expect(keys({ usedBytes: 3900 * MIB, systemBytes: null })).toEqual([]);
  });
});

describe('forks of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());

  it('are measured when a snapshot is taken', async () => {
    const look = () => onRedis(server, (target) => sampleOf(fork, target));
    const idle = await look();
    expect(idle).toMatchObject({ members: [{ forkUsec: 0 }] });
    expect(fork.facts({ read: idle })).toEqual([]);
    await server.call('SET', 'k', 'v');
    await server.call('BGSAVE');
    const done = (seen: typeof idle) => (seen as { members: { copiedBytes: number }[] }).members[0]!.copiedBytes > 0;
    const seen = await until(look, done);
    expect(judged(fork, seen, { limits: { warningSeconds: 0 } })[0]?.key).toBe('redis.fork:shop-cache-1:time');
    expect(fork.facts({ read: seen })[0]?.label).toBe('Last fork');
  });
});
