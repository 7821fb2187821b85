import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loginScript } from '../../../src/providers/login-script.ts';
import { onRedis } from '../../checks/looking.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { answerOf, fill, reportOn, withClient } from './on-keys.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());
beforeEach(() => server.call('FLUSHALL'));

describe('a user that may not', () => {
  const login = async (rules: string) => {
    await server.call('ACL', 'SETUSER', 'room_read', 'reset', 'on', '>canary', ...rules.split(' '));
    const credential = { read: { user: 'room_read', password: { from: 'env', name: 'ROOM' } as const } };
    const members = server.spec.members.map((member) => ({ ...member, credentials: credential }));
    return { spec: { ...server.spec, members }, environment: { ROOM: 'canary' } };
  };

  it('is told the exact rule, with which it then may', async () => {
    await withClient(server.url, (client) => fill(client, 'user', 20));
    const blind = await login('+info +ping');
    const report = await onRedis(blind, (target) => reportOn(target));
    const fix = 'ACL SETUSER room_read +scan +memory|usage +type +strlen +hlen +llen +scard +zcard +xlen ~*';
    expect(report).toMatchObject({
      status: 'unknown',
      headline: expect.stringContaining('the user room_read may not look at keys: it lacks +scan') as string,
      coverage: { answered: 0, gaps: [{ kind: 'skipped', fix }] },
    });
    await server.call('ACL', 'SETUSER', ...fix.split(' ').slice(2));
    expect(await onRedis(blind, (target) => reportOn(target))).toMatchObject({
      status: 'info',
      facts: expect.arrayContaining([{ label: 'Keys', value: '20' }]) as object,
    });
  });

  it('is told that it sees no keys, where that alone is missing', async () => {
    const blind = await login('+info +scan +memory +type +strlen +hlen +llen +scard +zcard +xlen');
    expect(await onRedis(blind, (target) => answerOf(target))).toMatchObject({ fix: 'ACL SETUSER room_read ~*' });
  });

  it('may, with what the set-up gives to the read room', async () => {
    await withClient(server.url, async (client) => {
      await fill(client, 'user', 20);
      await client.expire('user:1', 100);
      await client.select(2);
      await fill(client, 'user', 20);
    });
    const spec = {
      ...server.spec,
      members: server.spec.members.map((one) => ({ ...one, credentials: { read: { user: 'room_read' } } })),
    };
    const [, line = ''] = loginScript(spec).split('\n');
    const member = await login(line.slice(line.indexOf('resetkeys')));
    expect(await onRedis(member, (target) => reportOn(target))).toMatchObject({
      status: 'info',
      facts: expect.arrayContaining([{ label: 'Keys', value: '40' }]) as object,
    });
    expect(String(await server.call('ACL', 'DRYRUN', 'room_read', 'GET', 'user:1'))).toContain('no permissions');
  });
});
