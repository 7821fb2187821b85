import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasDebianPostgres, startDebianPostgres, type DebianPostgres } from '../checks/postgres/debian-postgres.ts';
import { onPostgres, until } from '../checks/looking.ts';
import { reportOf } from '../operations/health/report-of.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

const open: pg.Client[] = [];
const fill = async (count: number, connect: () => Promise<pg.Client>) => {
  for (let n = 0; n < count; n += 1) open.push(await connect());
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.end()));
});
/** Whoever was turned away keeps its slot until its process has ended, too. */
const untilFree = (server: Pick<TestPostgres, 'query'>) =>
  until(
    () =>
      server.query(`SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`),
    (rows) => rows.length === 0,
  );

describe('a PostgreSQL 18 without a slot', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    const settings = { max_connections: '8', superuser_reserved_connections: '2', reserved_connections: '2' };
    server = await startTestPostgres({ settings });
  });
  afterAll(() => server.stop());

  const client = async () => {
    const one = new pg.Client({ connectionString: server.urlAs('nightshift_act') });
    one.on('error', () => {});
    await one.connect();
    return one;
  };
  const unreached = () => onPostgres(server, async (target) => target.unreached[0]);
  beforeEach(() => untilFree(server));

  it('is told so as the first finding, with what to do', async () => {
    await fill(4, client);
    const report = await reportOf(server);
    expect(report.findings[0]).toMatchObject({
      key: 'postgres.reachable:shop-db-1',
      severity: 'critical',
      sentence:
        'shop-db-1 (primary) does not answer: the server refuses connections because all slots are taken but the reserved ones, which nightshift_read may not use.',
      next: expect.stringContaining('GRANT pg_use_reserved_connections TO nightshift_read (16+)'),
    });
  });

  it('is looked at through a reserved slot where that was granted, and the full server is found', async () => {
    await server.query('GRANT pg_use_reserved_connections TO nightshift_read');
    await fill(4, client);
    const report = await reportOf(server);
    expect(report.findings[0]).toMatchObject({ key: 'postgres.connections:slots', severity: 'critical' });
    expect(report.coverage?.gaps).toEqual([]);
    await server.query('REVOKE pg_use_reserved_connections FROM nightshift_read');
  });

  it('is told apart from a role and from a database that have used up their own limit', async () => {
    await server.query('ALTER ROLE nightshift_read CONNECTION LIMIT 1');
    await fill(1, async () => {
      const one = new pg.Client({ connectionString: server.urlAs('nightshift_read') });
      await one.connect();
      return one;
    });
    expect((await unreached())?.reason).toBe('role nightshift_read has used up its own connection limit');
    await server.query('ALTER ROLE nightshift_read CONNECTION LIMIT -1');
    await server.query('ALTER DATABASE shop CONNECTION LIMIT 1');
    expect((await unreached())?.reason).toBe('database shop has used up its own connection limit');
    await server.query('ALTER DATABASE shop CONNECTION LIMIT -1');
  });
});

describe.skipIf(!hasDebianPostgres)('a PostgreSQL 15 that speaks German (Debian package; skipped without it)', () => {
  let server: DebianPostgres;
  beforeAll(async () => {
    const settings = { max_connections: '4', superuser_reserved_connections: '1', max_wal_senders: '0' };
    server = await startDebianPostgres({
      settings: { ...settings, lc_messages: 'C.UTF-8' },
      variables: { LANGUAGE: 'de', LANG: 'C.UTF-8' },
    });
  });
  afterAll(() => server.stop());

  it('is understood all the same: a full server, a role that is not there, a value that is refused', async () => {
    await expect(server.query('SELECT 1 / 0')).rejects.toThrow('Division durch Null');
    const stranger = server.spec.members.map((member) => ({ ...member, credentials: { read: { user: 'nobody' } } }));
    const unreached = await onPostgres(
      { environment: {}, spec: { ...server.spec, members: stranger } },
      async (target) => target.unreached[0],
    );
    expect(unreached).toMatchObject({ code: 'permission_denied', reason: expect.stringContaining('no such role') });
    await onPostgres(server, async ({ primary }) => {
      const failed = await primary?.query("SELECT 'canary'::int").catch((thrown: unknown) => String(thrown));
      expect(failed).toContain('the server refuses a value (22P02)');
      await expect(primary?.query('SELECT * FROM pg_authid')).rejects.toMatchObject({ code: 'permission_denied' });
    });
    expect((await reportOf(server)).coverage?.gaps).toEqual([]);
    await untilFree(server);
    await fill(3, server.connect);
    const full = await onPostgres(server, async (target) => target.unreached[0]);
    expect(full?.reason).toBe(
      'the server refuses connections because all slots are taken but the reserved ones, which nightshift_read may not use',
    );
    expect(full?.next).toMatch(/^Let the applications close idle connections/);
  });
});
