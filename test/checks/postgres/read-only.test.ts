import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOnly } from '../../../src/checks/postgres/read-only.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { bothVersions, type AnyPostgres } from './both-versions.ts';

const sample = (everybody: string | null, setFor: object[] = []) =>
  ({ member: 'shop-db-1', everybody, setFor }) as never;

describe('a primary that refuses writes', () => {
  it('is critical when all sessions are refused, a warning when another database is closed', () => {
    expect(judged(readOnly, sample(null))).toEqual([]);
    expect(judged(readOnly, sample('server'))).toMatchObject([
      {
        key: 'postgres.read-only:server',
        severity: 'critical',
        sentence:
          'shop-db-1 refuses the writes of all ordinary sessions: default_transaction_read_only is on for the whole server (limit: off).',
      },
    ]);
    const closed = [{ database: 'old', role: null }];
    expect(judged(readOnly, sample(null, closed))[0]?.severity).toBe('warning');
    expect(judged(readOnly, sample('database', closed))[0]?.severity).toBe('critical');
  });

  it('is nothing when only some roles read by default, unless the config wants to be told', () => {
    const roles = [{ database: null, role: 'reports' }];
    expect(judged(readOnly, sample(null, roles))).toEqual([]);
    expect(judged(readOnly, sample(null, roles), { limits: { infoRoleRows: 1 } })[0]?.severity).toBe('info');
  });
});

describe.each(bothVersions)('a real PostgreSQL $version that refuses writes', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const look = () => onPostgres(server, (target) => sampleOf(readOnly, target));
  const severity = (now: Awaited<ReturnType<typeof look>>) => judged(readOnly, now)[0]?.severity;

  it('is told apart from our own role, which only reads on purpose', async () => {
    await server.query('ALTER ROLE nightshift_read SET default_transaction_read_only = on');
    expect(await look()).toMatchObject({ everybody: null, setFor: [] });
    await server.query('ALTER ROLE nightshift_read RESET default_transaction_read_only');
  });

  it('is found when the server or the database is set so', async () => {
    const change = async (sql: string) => {
      // The superuser who mends it is read-only by default, too.
      await server.query(`BEGIN READ WRITE; ${sql}; COMMIT`);
    };
    await server.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await server.query('SELECT pg_reload_conf()');
    expect(severity(await until(look, (now) => severity(now) !== undefined))).toBe('critical');
    await server.query('ALTER SYSTEM RESET default_transaction_read_only');
    await server.query('SELECT pg_reload_conf()');
    await until(look, (now) => severity(now) === undefined);
    const database = server.spec.database ?? 'postgres';
    await change(`ALTER DATABASE ${database} SET default_transaction_read_only = true`);
    expect(await look()).toMatchObject({ everybody: 'database', setFor: [{ database, role: null }] });
    await change(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
  });
});
