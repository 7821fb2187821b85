import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecrets, openTarget, type OpenOptions } from '../../src/providers/index.ts';
import type { DatabaseRoom } from '../../src/core/room.ts';
import type { RedisTarget } from '../../src/targets/redis.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';
import { until } from '../checks/looking.ts';

/** What every provider of Redis promises, asked of a real pair. */
export function redisTargetContract(provider: string, options: { sentinels: boolean }): void {
  describe(`a Redis target (${provider})`, () => {
    let server: TestRedis;
    beforeAll(async () => {
      server = await startTestRedis({ replica: true, sentinels: options.sentinels });
    });
    afterAll(() => server.stop());

    const spec = (): TargetSpec => ({ ...server.spec, provider });
    const first = (change: object): TargetSpec => ({
      ...spec(),
      members: spec().members.map((member, n) => (n === 0 ? { ...member, ...change } : member)),
    });
    const open = async (of: TargetSpec, room: DatabaseRoom = 'read', more: Partial<OpenOptions> = {}) => {
      const { resolve } = createSecrets((name) => ({ ...server.environment, WRONG: 'canary-wrong' })[name]);
      const target = await openTarget(of, room, { secret: resolve, ...more });
      if (target.engine !== 'redis') throw new Error('not a Redis target');
      return target;
    };
    const withTarget = async <R>(target: RedisTarget, work: (target: RedisTarget) => Promise<R>): Promise<R> => {
      try {
        return await work(target);
      } finally {
        await target.close();
      }
    };

    it('knows its members, who takes writes, and which replicas are expected', async () => {
      await withTarget(await open(spec()), async ({ members, primary, unreached, expectedReplicas, sentinels }) => {
        expect(members.map(({ name, role }) => `${name} ${role}`)).toEqual([
          'shop-cache-1 primary',
          'shop-cache-2 replica',
        ]);
        expect([primary?.name, expectedReplicas, unreached]).toEqual(['shop-cache-1', ['shop-cache-2'], []]);
        expect(sentinels?.members.map(({ name }) => name).toSorted() ?? []).toEqual(
          options.sentinels ? ['shop-cache-s1', 'shop-cache-s2', 'shop-cache-s3'] : [],
        );
      });
    });

    it('answers commands and INFO as a record', async () => {
      await withTarget(await open(spec()), async ({ primary }) => {
        expect(await primary?.call('PING')).toBe('PONG');
        expect(await primary?.info('replication')).toMatchObject({ role: 'master', connected_slaves: '1' });
        expect(await primary?.call('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', '0']);
      });
    });

    it.each(['KEYS', 'monitor', 'DEBUG', 'FLUSHALL'])('never sends %s', async (command) => {
      await withTarget(await open(spec()), async ({ primary }) => {
        await expect(primary?.call(command, '*')).rejects.toThrow(/is never sent/);
      });
    });

    it('tells of a failed command without its arguments', async () => {
      await withTarget(await open(spec()), async ({ primary }) => {
        await expect(primary?.call('NOSUCH', 'canary')).rejects.toMatchObject({ code: 'unsupported' });
        const failed = await primary?.call('NOSUCH', 'canary').catch(String);
        expect(failed).not.toContain('canary');
      });
    });

    it.each([
      ['refuses connections', { port: 1 }, 'target_unreachable', /nothing listens on 127\.0\.0\.1:1/],
      [
        'gets a wrong password',
        { credentials: { read: { password: { from: 'env', name: 'WRONG' } } } },
        'permission_denied',
        /refuses the password/,
      ],
      [
        'gets no password',
        { credentials: { read: {} } },
        'permission_denied',
        /asks for a password and none is configured/,
      ],
    ])('meets a member that %s as a value', async (_what, change, code, reason) => {
      await withTarget(await open(first(change)), async ({ unreached, members, primary }) => {
        expect(unreached).toMatchObject([{ name: 'shop-cache-1', role: 'primary', code }]);
        expect(unreached[0]?.reason).toMatch(reason);
        expect([members.map(({ name }) => name), primary]).toEqual([['shop-cache-2'], undefined]);
      });
    });

    it('meets a server that takes the connection and says nothing as a value', async () => {
      const silent = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => silent.once('listening', resolve));
      const address = silent.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      await withTarget(await open(first({ port }), 'read', { connectTimeoutMs: 4000 }), async ({ unreached }) => {
        expect(unreached).toMatchObject([{ code: 'timed_out' }]);
      });
      silent.close();
    });

    it('refuses a room for which nobody has a login, and names the path in the config', async () => {
      await expect(open(spec(), 'copy')).rejects.toMatchObject({
        code: 'permission_denied',
        message:
          'there is no login for the copy room: add targets.shop-cache.members.shop-cache-1.credentials.copy to nightshift.yaml',
      });
    });

    it('stops waiting for a server that hangs', async () => {
      await withTarget(await open(spec(), 'read', { queryTimeoutMs: 2000 }), async ({ primary }) => {
        // Sentinels that look on would take it for dead and have the replica take over.
        for (const { pid } of server.sentinels) process.kill(pid, 'SIGSTOP');
        process.kill(server.pid, 'SIGSTOP');
        const ended = await primary?.call('PING').catch((thrown: unknown) => thrown);
        process.kill(server.pid, 'SIGCONT');
        await server.call('PING');
        for (const { pid } of server.sentinels) process.kill(pid, 'SIGCONT');
        expect(ended).toMatchObject({ code: 'timed_out' });
      });
    });

    it('leaves no connection behind, and survives the death of a server', async () => {
      const ours = async () => String(await server.call('CLIENT', 'LIST')).match(/name=nightshift/g)?.length ?? 0;
      const target = await open(spec());
      await target.close();
      await target.close();
      await until(ours, (left) => left === 0);
      await withTarget(await open(spec()), async ({ primary }) => {
        await server.primary.stop('SIGKILL');
        await expect(primary?.call('PING')).rejects.toMatchObject({ code: 'target_unreachable' });
      });
    });
  });
}
