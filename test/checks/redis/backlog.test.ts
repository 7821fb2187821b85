import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backlog } from '../../../src/checks/redis/backlog.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const MIB = 1024 ** 2;
const member = (more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      runId: 'a',
      replicas: 1,
      backlogBytes: MIB,
      offsetBytes: 0,
      fullCopies: 1,
      partialRefused: 0,
      ...more,
    },
  ],
  unseen: [],
});
const before = { sample: member(), secondsAgo: 60 };

describe('the backlog', () => {
  it('is too small when it covers less than a minute at the present rate, and the size that would do is named', () => {
    expect(judged(backlog, member({ offsetBytes: MIB }), { before })).toEqual([]);
    expect(judged(backlog, member({ offsetBytes: 60 * MIB }), { before })).toMatchObject([
      {
        key: 'redis.backlog:shop-cache-1',
        severity: 'info',
        sentence:
          'The backlog of shop-cache-1 (primary) holds 1 MB, at 1 MB a second that is 1 s (told below 1 min): a replica that is away for longer copies everything.',
        next: expect.stringMatching(/^Run CONFIG SET repl-backlog-size 512mb/) as string,
      },
    ]);
  });

  it('says nothing without an earlier look, without replicas, on a replica, or across a restart', () => {
    const busy = { offsetBytes: 600 * MIB };
    expect(judged(backlog, member(busy))).toEqual([]);
    expect(judged(backlog, member({ ...busy, replicas: 0 }), { before })).toEqual([]);
    expect(judged(backlog, member({ ...busy, role: 'replica' }), { before })).toEqual([]);
    expect(judged(backlog, member({ ...busy, runId: 'b' }), { before })).toEqual([]);
    expect(judged(backlog, member({ ...busy, backlogBytes: null }), { before })).toEqual([]);
  });

  it('is a warning once a replica had to copy everything because of it; a new replica is not', () => {
    expect(judged(backlog, member({ fullCopies: 2 }), { before })).toEqual([]);
    expect(judged(backlog, member({ fullCopies: 2, partialRefused: 1 }), { before })[0]?.severity).toBe('warning');
  });
});

describe('the backlog of a real pair', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ replica: true, settings: ['repl-backlog-size 16kb'] });
  });
  afterAll(() => server.stop());

  it('is too small when the replica was away while more was written', async () => {
    const look = () => onRedis(server, (target) => sampleOf(backlog, target));
    const first = await look();
    expect(judged(backlog, first)).toEqual([]);
    const { replica } = server;
    // It keeps its place in the stream of this primary, and asks to go on from there.
    await replica?.call('CONFIG', 'SET', 'masterauth', 'wrong');
    await replica?.call('CLIENT', 'KILL', 'TYPE', 'master');
    await until(
      () => server.call('INFO', 'replication').then(String),
      (said) => said.includes('connected_slaves:0'),
    );
    for (let n = 0; n < 20; n += 1) await server.call('SET', `filler:${n}`, 'x'.repeat(100_000));
    await replica?.call('CONFIG', 'SET', 'masterauth', server.environment['SHOP_CACHE_PASSWORD'] ?? '');
    const seen = await until(
      look,
      (one) => judged(backlog, one, { before: { sample: first, secondsAgo: 60 } })[0]?.severity === 'warning',
    );
    expect(judged(backlog, seen, { before: { sample: first, secondsAgo: 60 } })[0]?.sentence).toMatch(
      /^Replicas of shop-cache-1 \(primary\) copied the whole data set 1 time in the last 1 min/,
    );
  });
});
