import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buffers } from '../../../src/checks/redis/buffers.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const MIB = 1024 ** 2;
const member = (more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      runId: 'a',
      clients: 100,
      clientBytes: 2 * MIB,
      replicaBytes: 0,
      closedForBuffers: 5,
      ...more,
    },
  ],
  unseen: [],
});
const keys = (more: object, before?: object) =>
  judged(buffers, member(more), before ? { before: { sample: member(before), secondsAgo: 60 } } : {}).map(
    ({ key }) => key,
  );

describe('buffers', () => {
  it('of clients are told from 100 MB and 200 kB each on, both', () => {
    expect(keys({ clientBytes: 100 * MIB - 1 })).toEqual([]);
    expect(keys({ clientBytes: 100 * MIB, clients: 10_000 })).toEqual([]);
    expect(keys({ clientBytes: 100 * MIB })).toEqual(['redis.buffers:shop-cache-1:clients']);
  });

  it('of replicas are told from 10 MB on', () => {
    expect(keys({ replicaBytes: 10 * MIB - 1 })).toEqual([]);
    expect(keys({ replicaBytes: 10 * MIB })).toEqual(['redis.buffers:shop-cache-1:replicas']);
  });

  it('that were over their limit are counted since the earlier look, never across a restart', () => {
    expect(keys({ closedForBuffers: 7 })).toEqual([]);
    expect(keys({ closedForBuffers: 7 }, {})).toEqual(['redis.buffers:shop-cache-1:closed']);
    expect(keys({ closedForBuffers: 7 }, { runId: 'b' })).toEqual([]);
    expect(keys({ closedForBuffers: null }, {})).toEqual([]);
    expect(keys({}, { closedForBuffers: null })).toEqual([]);
  });
});

describe('buffers of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ replica: true });
  });
  afterAll(() => server.stop());

  it('grow when a subscriber does not read', async () => {
    const look = () => onRedis(server, (target) => sampleOf(buffers, target));
    expect(judged(buffers, await look())).toEqual([]);
    const slow = new Redis(server.url, { retryStrategy: () => null });
    await slow.subscribe('news');
    slow.stream.pause();
    for (let n = 0; n < 20; n += 1) await server.call('PUBLISH', 'news', 'x'.repeat(1_000_000));
    const limits = { clientBytes: 5 * MIB, averageBytes: MIB };
    const [finding] = judged(buffers, await until(look, (seen) => judged(buffers, seen, { limits }).length > 0), {
      limits,
    });
    slow.disconnect();
    expect(finding).toMatchObject({ key: 'redis.buffers:shop-cache-1:clients', severity: 'warning' });
  });
});
