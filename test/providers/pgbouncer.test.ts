import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onPostgres, until } from '../checks/looking.ts';
import { reportOf } from '../operations/health/report-of.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { testPasswords } from '../servers/passwords.ts';
import { hasPgbouncer, startPgbouncer, type TestPgbouncer } from '../servers/pgbouncer.ts';

/** In transaction mode with one connection to the server: whatever leaks, the next session gets. */
function startBefore(server: TestPostgres, lines: readonly string[]): Promise<TestPgbouncer> {
  const database = `shop = host=127.0.0.1 port=${server.port} dbname=shop user=nightshift_read`;
  return startPgbouncer(
    [database],
    ['pool_mode = transaction', 'default_pool_size = 1', 'min_pool_size = 0', ...lines],
  );
}

describe.skipIf(!hasPgbouncer)('behind a real PgBouncer (Debian package pgbouncer; skipped without it)', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());

  const at = ({ port }: { port: number }) => {
    const members = server.spec.members.map((member) => ({ ...member, port }));
    return { environment: server.environment, spec: { ...server.spec, members } };
  };
  const application = async (port: number) => {
    const client = new pg.Client({
      connectionString: `postgres://nightshift_act:${testPasswords.act}@127.0.0.1:${port}/shop`,
      application_name: 'shop-web',
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const firstSession = (port: number) =>
    until(
      () => application(port).catch(() => undefined),
      (client) => client !== undefined,
    );
  /** What a session of the application finds; the pooler has one connection for it and for us. */
  const seenBy = async (client: pg.Client) => {
    const { rows } = await client.query<{
      name: string;
      setting: string;
    }>(`SELECT name, setting FROM pg_settings WHERE name IN
      ('application_name', 'default_transaction_read_only', 'idle_in_transaction_session_timeout', 'lock_timeout',
       'statement_timeout', 'stats_fetch_consistency') ORDER BY name`);
    const [own] = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    return { settings: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), pid: own?.pid };
  };
  const untouched = {
    application_name: 'shop-web',
    default_transaction_read_only: 'off',
    idle_in_transaction_session_timeout: '0',
    lock_timeout: '0',
    statement_timeout: '0',
    stats_fetch_consistency: 'cache',
  };

  it.each([
    ['refuses startup options', [], /startup options were refused .* direct connection/],
    [
      'drops startup options without a word',
      ['ignore_startup_parameters = options'],
      /limits of the session were ignored .* direct connection/,
    ],
  ])(
    'that %s the member is refused, and no setting of ours is left in the shared session',
    async (_what, lines, reason) => {
      const pooler = await startBefore(server, lines);
      const client = await firstSession(pooler.port);
      if (!client) throw new Error('the application did not get in');
      const before = await seenBy(client);
      expect(before.settings).toEqual(untouched);
      expect(await onPostgres(at(pooler), async ({ unreached }) => unreached)).toMatchObject([
        { code: 'unsupported', reason: expect.stringMatching(reason) },
      ]);
      const report = await reportOf(at(pooler));
      expect(report.findings[0]).toMatchObject({ severity: 'critical', key: 'postgres.reachable:shop-db-1' });
      expect(report.findings[0]?.next).toMatch(/^Give this member the server's own host and port/);
      expect(await seenBy(client)).toEqual(before);
      await client.end();
      await pooler.stop();
    },
  );

  it('that has our very limits the member is refused too, because the session is shared', async () => {
    const [limits, none] = ["SET statement_timeout = '5s'", 'RESET statement_timeout'].map(
      (timeout) => `ALTER ROLE nightshift_read ${timeout}`,
    );
    await server.query(`${limits}; ALTER ROLE nightshift_read SET lock_timeout = '50ms'`);
    const pooler = await startBefore(server, ['ignore_startup_parameters = options']);
    const client = await firstSession(pooler.port);
    const [unreached] = await onPostgres(at(pooler), async (target) => target.unreached);
    expect(unreached?.reason).toMatch(/a pooler stands before the server and shares its sessions with others/);
    const after = client && (await seenBy(client));
    expect(after?.settings).toMatchObject({ default_transaction_read_only: 'off', stats_fetch_consistency: 'cache' });
    await client?.end();
    await pooler.stop();
    await server.query(`${none}; ALTER ROLE nightshift_read RESET lock_timeout`);
  });
});
