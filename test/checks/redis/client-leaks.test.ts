import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientLeaks, LISTED_MOST } from '../../../src/checks/redis/client-leaks.ts';
import { parseClientList } from '../../../src/checks/redis/client-list.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { ask, judged, onRedis, sampleOf, until } from '../looking.ts';

const MIB = 1024 ** 2;
const group = (more: object = {}) => ({
  group: '`billing-*`',
  clients: 200,
  idle: 60,
  longestIdleSeconds: 7200,
  mostHeldBytes: 1000,
  ...more,
});
const sample = (more: object = {}, about: object = {}) => ({
  members: [{ name: 'shop-cache-1', role: 'primary', runId: 'a', most: 1000, groups: [group(more)], ...about }],
  unseen: [],
});
const found = (more: object, before?: object) =>
  judged(clientLeaks, sample(more), before ? { before: { sample: sample(before), secondsAgo: 3600 } } : {}).map(
    ({ severity }) => severity,
  );

describe('idle clients', () => {
  it('of one application are a pool at rest while they do not grow', () => {
    expect(found({})).toEqual([]);
    expect(found({}, { idle: 41 })).toEqual([]);
  });

  it('are told when 50 are idle and 20 of them are new, as a warning from a quarter of maxclients on', () => {
    expect(found({}, { idle: 40 })).toEqual(['info']);
    expect(found({ idle: 49 }, { idle: 10 })).toEqual([]);
    expect(found({ idle: 250 })).toEqual(['warning']);
    const [finding] = judged(clientLeaks, sample(), { before: { sample: sample({ idle: 40 }), secondsAgo: 3600 } });
    expect(finding).toMatchObject({
      key: 'redis.client-leaks:shop-cache-1:`billing-*`',
      sentence:
        '60 clients of `billing-*` on shop-cache-1 (primary) are idle for more than 5 min, the longest for 2 h, 20 more than 1 h ago (told from 50). They hold 6 % of its 1000 connections (warning at 25 %).',
    });
  });

  it('are not compared across a restart', () => {
    const before = { sample: sample({ idle: 0 }, { runId: 'b' }), secondsAgo: 3600 };
    expect(judged(clientLeaks, sample(), { before })).toEqual([]);
  });

  it('include one that holds 32 MB in its buffers', () => {
    expect(found({ idle: 0, mostHeldBytes: 32 * MIB - 1 })).toEqual([]);
    expect(found({ idle: 0, mostHeldBytes: 32 * MIB })).toEqual(['warning']);
  });
});

describe('CLIENT LIST', () => {
  const line = (more: string) => `id=7 addr=10.0.0.7:5000 laddr=10.0.0.1:6379 fd=8 age=9000 idle=400 flags=N ${more}`;
  it('is read into applications: by name without numbers, else by library, else by host', () => {
    const reply = [
      line('name=billing-web2-17 tot-mem=37658'),
      line('name=job-a3f9c1b2'),
      line('name= lib-name=redis-py'),
      line('name='),
      line('name=nightshift'),
    ].join('\n');
    expect(parseClientList(reply).map((one) => one.group)).toEqual([
      '`billing-web*-*`',
      '`job-*`',
      'redis-py clients from 10.0.0.7',
      'unnamed clients from 10.0.0.7',
    ]);
    expect(parseClientList(reply)[0]).toMatchObject({
      ageSeconds: 9000,
      idleSeconds: 400,
      heldBytes: 37_658,
      isWaiting: false,
    });
  });

  it.each(['flags=S', 'flags=b', 'flags=P', 'flags=N sub=1'])(
    'takes %s for a client that waits on purpose',
    (flags) => {
      expect(parseClientList(`id=1 name=x idle=900 ${flags}`)[0]?.isWaiting).toBe(true);
    },
  );
});

describe('clients of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());
  const look = () => onRedis(server, (target) => sampleOf(clientLeaks, target));

  it('are counted by application, without our own', async () => {
    const pool = Array.from({ length: 3 }, (_, n) => new Redis(server.url, { connectionName: `billing-${n}` }));
    await Promise.all(pool.map((one) => one.ping()));
    expect(await look()).toMatchObject({ members: [{ groups: [{ group: '`billing-*`', clients: 3, idle: 0 }] }] });
    for (const one of pool) one.disconnect();
  });

  it('are not listed where the ACL does not allow it: the rule is named', async () => {
    await server.call('ACL', 'SETUSER', 'default', '-client|list');
    const seen = await onRedis(server, (target) => ask(clientLeaks, target));
    await server.call('ACL', 'SETUSER', 'default', '+client|list');
    expect(seen).toEqual({
      skipped: 'default may not run CLIENT LIST on shop-cache-1',
      fix: 'ACL SETUSER default +client|list',
    });
  });

  it('are not listed when there are thousands: it says so, and never sends CLIENT LIST', async () => {
    const crowd: Socket[] = [];
    for (let n = 0; n <= LISTED_MOST; n += 1) {
      const socket = connect(server.port, '127.0.0.1');
      crowd.push(socket);
      await once(socket, 'connect');
    }
    const calls = async () =>
      /cmdstat_client\|list:calls=(\d+)/.exec(String(await server.call('INFO', 'commandstats')))?.[1] ?? '0';
    const many = () => onRedis(server, (target) => ask(clientLeaks, target));
    const before = await calls();
    const seen = await until(many, (one) => 'skipped' in one);
    expect(seen).toMatchObject({
      skipped: expect.stringMatching(
        /^shop-cache-1 has 2,00\d clients: CLIENT LIST is asked up to 2,000 only/,
      ) as string,
    });
    expect(await calls()).toBe(before);
    for (const socket of crowd) socket.destroy();
  });
});
