import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createTables } from '../../../scripts/bench/postgres/create-tables.ts';
import { costliest, costOf } from '../../../scripts/bench/postgres/database-time.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';

describe('the time in the database', () => {
  let server: TestPostgres;
  beforeAll(async () => void (server = await startTestPostgres()));
  afterAll(() => server.stop());

  const asReader = async (sql: string) => {
    const client = new pg.Client({ connectionString: server.urlAs('nightshift_read') });
    await client.connect();
    await client.query(sql);
    await client.end();
  };

  it('is what the statements of the asking role took, each connection of it', async () => {
    const { databaseMs, wallMs } = await costOf(server, 'nightshift_read', async () => {
      await asReader('select pg_sleep(0.02)');
      await asReader('select pg_sleep(0.03)');
    });
    expect(databaseMs).toBeGreaterThanOrEqual(50);
    expect(wallMs).toBeGreaterThan(databaseMs);
  });

  it('holds nothing of what others asked meanwhile', async () => {
    const { databaseMs } = await costOf(server, 'nightshift_read', async () => {
      await server.query('select pg_sleep(0.02)');
    });
    expect(databaseMs).toBe(0);
  });

  it('names the statements that cost most, worst first and without their values', async () => {
    await asReader("select pg_sleep(2) as slowest, 'canary' as word");
    const [worst = ''] = await costliest(server, 'nightshift_read');
    expect(worst).toMatch(/ ms, 1 times: select pg_sleep\(\$1\) as slowest/);
    expect(worst).not.toContain('canary');
  });

  it('is taken on tables with rows and two indexes each, two of them with dead rows', async () => {
    await createTables((sql) => server.query(sql), 100);
    const [counted] = await server.query(`
      select count(*) filter (where relkind = 'r')::int as tables, count(*) filter (where relkind = 'i')::int as indexes
        from pg_class where relname ~ '^t[0-9]+(_pkey|_a_idx)?$'`);
    expect(counted).toEqual({ tables: 100, indexes: 200 });
    const [rows] = await server.query(
      'select (select count(*)::int from t1) as small, (select count(*)::int from t100) as large',
    );
    expect(rows).toEqual({ small: 50, large: 5000 });
  });
});
