import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sessions } from '../../../src/operations/sessions.ts';
import { onRedis } from '../../checks/looking.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { testPasswords } from '../../servers/passwords.ts';
import { asked } from '../asked.ts';

let cache: TestRedis;
const open: Socket[] = [];
beforeAll(async () => {
  cache = await startTestRedis({ replica: true, sentinels: true, settings: ['maxclients 4000'] });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
});
afterAll(() => cache.stop());

/** A client that sends these commands and stays; resolves once the server has answered the last one. */
async function client(name: string, ...commands: string[]): Promise<Socket> {
  const socket = connect(cache.port, '127.0.0.1');
  socket.on('error', () => {});
  open.push(socket);
  const ready = ['AUTH ' + testPasswords.cache, `CLIENT SETNAME ${name}`, 'PING'];
  const said = answered(socket, '+PONG');
  socket.write(`${ready.join('\r\n')}\r\n`);
  await said;
  if (commands.length > 0) socket.write(`${commands.join('\r\n')}\r\n`);
  return socket;
}

function answered(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => {
    let heard = '';
    const listen = (bytes: Buffer) => {
      heard += bytes.toString();
      if (!heard.includes(text)) return;
      socket.off('data', listen);
      resolve();
    };
    socket.on('data', listen);
  });
}

const look = (args: Record<string, string> = {}) => onRedis(cache, (target) => asked(sessions, target, args));
const listed = async (text: string) => {
  while (!String(await cache.call('CLIENT', 'LIST')).includes(text));
};

describe('sessions of Redis', () => {
  it('groups clients by name, address and last command, on every member', async () => {
    await Promise.all([client('web', 'GET a'), client('web', 'GET b'), client('cron', 'PING')]);
    await listed('cmd=get');
    const { headline, tables, status } = await look();
    expect(status).toBe('info');
    expect(headline).toMatch(
      /clients on shop-cache-1 \(primary\) of 4,000 that fit.*; \d+ clients on shop-cache-2 \(replica\)/,
    );
    const groups = tables.find(({ title }) => title.startsWith('Clients on shop-cache-1'))?.rows;
    expect(groups).toContainEqual(
      expect.objectContaining({ name: 'web', host: '127.0.0.1', command: 'get', clients: 2 }),
    );
    expect(JSON.stringify(tables)).not.toContain('nightshift');
  });

  it('puts first what slows the server down, and offers to end it by all that it was', async () => {
    await client('curious', 'MONITOR');
    await client('waiter', 'BLPOP queue 0');
    await client('reader', 'SUBSCRIBE news');
    await listed('name=waiter');
    const report = await look({ member: 'shop-cache-1' });
    const [first, ...others] = report.items ?? [];
    expect(first?.text).toMatch(/^Client \d+ on shop-cache-1 \(curious, from 127\.0\.0\.1:\d+\) · in MONITOR/);
    expect(first?.next).toEqual([
      {
        label: 'End client…',
        operation: 'end',
        target: 'shop-cache',
        args: [expect.stringMatching(/^\d+$/), 'shop-cache-1', expect.stringMatching(/^[0-9a-f]{8}@127\.0\.0\.1:\d+$/)],
        disruptive: true,
      },
    ]);
    expect(others.map(({ text }) => text).join('\n')).toMatch(/blocked in blpop/);
  });

  it('offers to end no link of replication and no Sentinel', async () => {
    const { items = [], tables } = await look();
    expect(JSON.stringify(tables)).toMatch(/sentinel-.*"kind":"replica"|"kind":"replica".*sentinel-/s);
    expect(items).toEqual([]);
  });

  it('shows only what was asked for', async () => {
    await client('waiter', 'BLPOP queue 0');
    await client('buyer', 'MULTI', 'SET a 1');
    await listed('multi=1');
    const names = async (args: Record<string, string>) =>
      (await look({ ...args, member: 'shop-cache-1' })).tables[1]?.rows.map(({ who }) => who);
    expect(await names({ state: 'waiting' })).toEqual(['waiter (default)']);
    expect(await names({ state: 'transaction' })).toEqual(['buyer (default)']);
    expect(await names({ app: 'BUY' })).toEqual(['buyer (default)']);
  });

  it('stays small with thousands of clients, and never has the server list them in one go', async () => {
    for (let n = 0; n < 15; n += 1) await Promise.all(Array.from({ length: 100 }, (_, i) => client(`pool-${i}`)));
    await cache.call('CONFIG', 'RESETSTAT');
    const report = await look({ member: 'shop-cache-1' });
    expect(report.headline).toMatch(/1,5\d\d clients on shop-cache-1/);
    expect(report.coverage).toBeUndefined();
    expect(JSON.stringify(report).length).toBeLessThan(10_000);
    const statistics = String(await cache.call('INFO', 'commandstats'));
    expect(Number(/cmdstat_client\|list:calls=(\d+)/.exec(statistics)?.[1])).toBeGreaterThan(2);
  });

  it('says what it may not see, and the rule that would let it', async () => {
    await cache.call('ACL', 'SETUSER', 'narrow', 'on', '>narrow', '+info', '+ping', '+client|setname');
    const credential = { user: 'narrow', password: { from: 'env', name: 'NARROW' } } as const;
    const [primary] = cache.spec.members;
    if (!primary) throw new Error('there is no primary');
    const spec = { ...cache.spec, members: [{ ...primary, credentials: { read: credential } }] };
    const server = { spec, environment: { NARROW: 'narrow' } };
    const report = await onRedis(server, (target) => asked(sessions, target));
    expect(report).toMatchObject({
      status: 'unknown',
      coverage: { answered: 0, gaps: [{ kind: 'skipped', fix: 'ACL SETUSER nightshift_read +client|list' }] },
    });
  });
});
