import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findClient, readClients, type RedisClient } from '../../../src/operations/end/client.ts';
import { clientGone, endClient, identityOf } from '../../../src/operations/end/end-redis.ts';
import { whyNotEndClient } from '../../../src/operations/end/why-not-client.ts';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import type { RedisTarget } from '../../../src/targets/redis.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { testPasswords } from '../../servers/passwords.ts';

let cache: TestRedis;
let target: RedisTarget;
const open: Socket[] = [];
beforeAll(async () => {
  cache = await startTestRedis({ replica: true });
  const secrets = createSecrets((name) => cache.environment[name]);
  const opened = await openTarget(cache.spec, 'act', { secret: secrets.resolve });
  if (opened.engine !== 'redis') throw new Error('not a Redis target');
  target = opened;
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});
afterAll(async () => {
  await target.close();
  await cache.stop();
});

const list = async () => readClients(await cache.call('CLIENT', 'LIST'), 'shop-cache-1', '');

/** A client with this name and last command, as it was planned. */
async function planned(name: string, command: string): Promise<RedisClient> {
  const socket = connect(cache.port, '127.0.0.1');
  socket.on('error', () => {});
  open.push(socket);
  socket.write(`AUTH ${testPasswords.cache}\r\nCLIENT SETNAME ${name}\r\n${command}\r\n`);
  for (;;) {
    const listed = (await list()).find(
      (one) => one.name === name && one.command === command.split(' ')[0]?.toLowerCase(),
    );
    const client = listed && (await findClient(target, { pid: listed.id, member: null }));
    if (client) return client;
  }
}
const isThere = async ({ id }: RedisClient) => (await list()).some((one) => one.id === id);

describe('ending a client of Redis', () => {
  it('ends the planned one, and is asked afterwards what became of it', async () => {
    const client = await planned('web', 'PING');
    expect(await clientGone(target, identityOf(client))).toEqual({ became: 'still there' });
    expect(await endClient(target, identityOf(client))).toEqual({ became: 'ended' });
    expect(await isThere(client)).toBe(false);
    expect(await clientGone(target, identityOf(client))).toEqual({ became: 'ended' });
    expect(await endClient(target, identityOf(client))).toEqual({ became: 'gone' });
  });

  it.each([
    ['the server was restarted', { serverRunId: '0'.repeat(40) }],
    ['the address is another', { addr: '10.0.0.1:4711' }],
    ['the name is another', { name: 'cron' }],
    ['it is younger than it was', { leastAgeSeconds: 86_400 }],
    ['it subscribes now', { kind: 'pubsub' as const }],
  ])('leaves it alone when %s', async (_what, other) => {
    const client = await planned('web', 'PING');
    expect(await endClient(target, { ...identityOf(client), ...other })).toEqual({ became: 'another client' });
    expect(await isThere(client)).toBe(true);
  });

  it('ends no link of replication, whatever it is called', async () => {
    const link = (await list()).find(({ kind }) => kind === 'replica');
    const replica = link && (await findClient(target, { pid: link.id, member: null }));
    if (!replica) throw new Error('the replica is not connected');
    expect(whyNotEndClient(replica.id, replica, 'shop-cache')).toMatch(/cuts replication/);
    for (const kind of ['replica', 'normal'] as const) {
      expect(await endClient(target, { ...identityOf(replica), kind })).toEqual({ became: 'another client' });
    }
    expect(await isThere(replica)).toBe(true);
    const master = readClients(await cache.replica?.call('CLIENT', 'LIST'), 'shop-cache-2', '').find(
      ({ kind }) => kind === 'master',
    );
    expect(whyNotEndClient(master?.id ?? 0, master ?? null, 'shop-cache')).toMatch(
      /link of shop-cache-2 to its primary/,
    );
  });

  it('refuses ourselves and Sentinels before any plan', async () => {
    const client = await planned('web', 'PING');
    const why = (other: Partial<RedisClient>) => whyNotEndClient(client.id, { ...client, ...other }, 'shop-cache');
    expect(why({})).toBeUndefined();
    expect(why({ kind: 'pubsub' })).toBeUndefined();
    expect(why({ name: 'nightshift' })).toMatch(/own connection/);
    expect(why({ kind: 'sentinel' })).toMatch(/is a Sentinel/);
    expect(whyNotEndClient(7, null, 'shop-cache')).toMatch(/no client with id 7/);
  });
});
