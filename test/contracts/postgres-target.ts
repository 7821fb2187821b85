import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import type { DatabaseRoom } from '../../src/core/room.ts';
import { createSecrets, openTarget, type OpenOptions } from '../../src/providers/index.ts';
import type { PostgresTarget } from '../../src/targets/postgres.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { until } from '../checks/looking.ts';

/** What every provider of PostgreSQL promises, asked of a real pair. */
export function postgresTargetContract(provider: string): void {
  describe(`a PostgreSQL target (${provider})`, () => {
    let server: TestPostgres;
    beforeAll(async () => {
      server = await startTestPostgres({ replica: true, settings: { max_connections: '30' } });
    });
    afterAll(() => server.stop());

    const spec = (change: (spec: TargetSpec) => Partial<TargetSpec> = () => ({})): TargetSpec => ({
      ...server.spec,
      provider,
      ...change(server.spec),
    });
    const open = async (of: TargetSpec, room: DatabaseRoom = 'read', options: Partial<OpenOptions> = {}) => {
      const { resolve } = createSecrets((name) => ({ ...server.environment, WRONG: 'canary-wrong' })[name]);
      const target = await openTarget(of, room, { secret: resolve, ...options });
      if (target.engine !== 'postgres') throw new Error('not a PostgreSQL target');
      return target;
    };
    const withTarget = async <R>(target: PostgresTarget, work: (target: PostgresTarget) => Promise<R>): Promise<R> => {
      try {
        return await work(target);
      } finally {
        await target.close();
      }
    };
    const first = (change: object) =>
      spec(({ members }) => ({ members: members.map((member, n) => (n === 0 ? { ...member, ...change } : member)) }));
    const login = (user: string, name: string) => ({
      credentials: { read: { user, password: { from: 'env', name } } },
    });

    it('knows its members, who takes writes, and which replicas are expected', async () => {
      await withTarget(await open(spec()), async ({ members, unreached, primary, expectedReplicas }) => {
        expect(members.map(({ name, role, inRecovery }) => ({ name, role, inRecovery }))).toEqual([
          { name: 'shop-db-1', role: 'primary', inRecovery: false },
          { name: 'shop-db-2', role: 'replica', inRecovery: true },
        ]);
        expect([primary?.name, expectedReplicas, unreached]).toEqual(['shop-db-1', ['shop-db-2'], []]);
        expect(primary?.version).toBeGreaterThanOrEqual(180_000);
      });
    });

    it('works under limits that the server enforces, and the read room cannot write', async () => {
      await withTarget(await open(spec(), 'read', { queryTimeoutMs: 2500 }), async ({ primary }) => {
        const shown = await primary?.query(`select name, setting from pg_settings where name in
          ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name') order by name`);
        expect(shown?.map((row) => row['setting'])).toEqual(['nightshift', '10000', '50', '2500']);
        await expect(primary?.query('select pg_sleep(5)')).rejects.toMatchObject({ code: 'timed_out' });
        await expect(primary?.query('create table nightshift_was_here (x int)')).rejects.toThrow(
          /read-only transaction/,
        );
        await expect(primary?.query('select * from pg_authid')).rejects.toMatchObject({ code: 'permission_denied' });
      });
    });

    it('waits for no lock longer than its limit', async () => {
      await server.query('CREATE TABLE IF NOT EXISTS locked AS SELECT 1 AS x; GRANT SELECT ON locked TO PUBLIC');
      const locker = await server.connect('migration');
      await locker.query('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
      await withTarget(await open(spec()), async ({ primary }) => {
        await expect(primary?.query("select pg_total_relation_size('locked')")).rejects.toMatchObject({
          code: 'timed_out',
        });
        expect(await primary?.query('select 1 as one')).toEqual([{ one: 1 }]);
      });
      await locker.end();
    });

    it('gives numbers as numbers and times as ISO text', async () => {
      await withTarget(await open(spec()), async ({ primary }) => {
        const rows = await primary?.query(`select 9007199254740991::bigint as safe, 9007199254740993::bigint as unsafe,
          1.5::numeric as exact, '2026-01-02 03:04:05+00'::timestamptz as at, array[1, 2] as list, null as nothing`);
        expect(rows).toEqual([
          {
            safe: 2 ** 53 - 1,
            unsafe: '9007199254740993',
            exact: 1.5,
            at: '2026-01-02T03:04:05.000Z',
            list: [1, 2],
            nothing: null,
          },
        ]);
      });
    });

    it('tells of a failed statement without its literals, and goes on', async () => {
      await withTarget(await open(spec()), async ({ primary }) => {
        const failed = await primary?.query("select 'canary'::int").catch((thrown: unknown) => thrown);
        expect(failed).toBeInstanceOf(Fault);
        expect(String(failed)).not.toContain('canary');
        expect(await primary?.query('select $1::int as n', [7])).toEqual([{ n: 7 }]);
      });
    });

    it.each([
      ['refuses connections', { port: 1 }, 'target_unreachable', /nothing listens on 127\.0\.0\.1:1/],
      ['has a name that nobody knows', { host: 'db.invalid' }, 'target_unreachable', /db\.invalid cannot be resolved/],
      [
        'gets a wrong password',
        login('nightshift_read', 'WRONG'),
        'permission_denied',
        /refuses the password of user nightshift_read/,
      ],
      ['has no such user', login('nobody_here', 'WRONG'), 'permission_denied', /nobody_here/],
      [
        'gets a password that is not there',
        login('nightshift_read', 'ABSENT'),
        'invalid_request',
        /variable ABSENT is not set/,
      ],
      [
        'should get a signed token',
        { credentials: { read: { user: 'x', password: { from: 'iam' } } } },
        'unsupported',
        /has no iam tokens: name a password/,
      ],
    ])('meets a member that %s as a value', async (_what, change, code, reason) => {
      await withTarget(await open(first(change)), async ({ unreached, members, primary }) => {
        expect(unreached).toMatchObject([{ name: 'shop-db-1', role: 'primary', code }]);
        expect(unreached[0]?.reason).toMatch(reason);
        expect(JSON.stringify(unreached)).not.toContain('canary');
        expect([members.map(({ name }) => name), primary]).toEqual([['shop-db-2'], undefined]);
      });
    });

    it('meets a database that is not there, and TLS where none is spoken, as values', async () => {
      const reasons = async (of: TargetSpec) =>
        withTarget(await open(of), async ({ unreached }) => unreached[0]?.reason);
      expect(await reasons(spec(() => ({ database: 'nowhere' })))).toBe('the server has no database nowhere');
      expect(await reasons(spec(() => ({ tls: true })))).toContain('does not speak TLS');
    });

    it('meets a server that takes the connection and says nothing as a value, beside one that answers', async () => {
      const silent = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => silent.once('listening', resolve));
      const address = silent.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      await withTarget(
        await open(first({ port }), 'read', { connectTimeoutMs: 4500 }),
        async ({ unreached, members }) => {
          expect(unreached).toMatchObject([{ code: 'timed_out' }]);
          expect(unreached[0]?.reason).toBe(`no answer from 127.0.0.1:${port} within 4.5 s`);
          expect(members).toHaveLength(1);
        },
      );
      silent.close();
    });

    it('refuses a room for which nobody has a login, and names the path in the config', async () => {
      const readOnly = spec(({ members }) => ({
        members: members.map(({ credentials, ...member }) => ({
          ...member,
          credentials: { read: credentials.read ?? {} },
        })),
      }));
      await expect(open(readOnly, 'act')).rejects.toMatchObject({
        code: 'permission_denied',
        message:
          'there is no login for the act room: add targets.shop-db.members.shop-db-1.credentials.act to nightshift.yaml',
      });
    });

    it('leaves no connection behind, and survives the death of a server', async () => {
      const count = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'nightshift'";
      const target = await open(spec());
      // A backend of an earlier target ends a moment after its connection.
      await until(
        () => server.query(count),
        (ours) => ours.length === 1,
      );
      await target.close();
      await target.close();
      await until(
        () => server.query(count),
        (left) => left.length === 0,
      );
      await withTarget(await open(spec(), 'read', { queryTimeoutMs: 60_000 }), async ({ primary }) => {
        const asked = primary?.query('select pg_sleep(60)').catch((thrown: unknown) => thrown);
        await server.primary.stop('immediate');
        expect(await asked).toMatchObject({ code: 'target_unreachable' });
        await expect(primary?.query('select 1')).rejects.toMatchObject({ code: 'target_unreachable' });
      });
      await server.primary.restart();
    });

    it('stops waiting for a server that hangs, once for all questions', async () => {
      await withTarget(await open(spec(), 'read', { deadlineMs: 4000 }), async ({ primary }) => {
        process.kill(server.primary.pid, 'SIGSTOP');
        const [backend] = (await server.replica?.query('select 1 as one')) ?? [];
        expect(backend).toEqual({ one: 1 });
        const both = ['select pg_sleep(20)', 'select 2'].map(async (sql) => primary?.query(sql));
        const ends = await Promise.all(both.map((one) => one.catch((thrown: unknown) => thrown)));
        process.kill(server.primary.pid, 'SIGCONT');
        expect(ends).toMatchObject([{ code: 'timed_out' }, { code: 'timed_out' }]);
        await expect(primary?.query('select 1')).rejects.toMatchObject({ code: 'timed_out' });
      });
    });
  });
}
