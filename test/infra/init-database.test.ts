import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresChecks } from '../../src/checks/index.ts';
import { ask, onPostgres } from '../checks/looking.ts';
import { versions, type AnyPostgres } from '../checks/postgres/structure.ts';

const file = readFileSync(join(import.meta.dirname, '../../infra/migrations/init-database.sql'), 'utf8');

/** Tables, indexes and sequences that are large enough for every check to look at. */
const SHOP = `
  CREATE TABLE orders AS SELECT g AS id, md5(g::text) AS note FROM generate_series(1, 300000) g;
  CREATE INDEX ON orders (note);
  CREATE SEQUENCE orders_id;
  SELECT nextval('orders_id')`;

describe.each(versions)('init-database.sql on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
    await server.query(SHOP);
    await server.query('ANALYZE orders');
  });
  afterAll(() => server.stop());

  async function gaps(): Promise<string[]> {
    return onPostgres(server, async (target) => {
      const seen = await Promise.all(
        postgresChecks
          // The cloud of a target is asked by another room.
          .filter((check) => check.ask.read)
          .map(async (check) => ({ id: check.id, seen: await ask(check, target) })),
      );
      return seen.flatMap((one) => ('sample' in one.seen ? [] : [one.id]));
    });
  }
  const asReader = async (sql: string) => {
    const client = await server.connect();
    try {
      await client.query('SET SESSION AUTHORIZATION nightshift_read');
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('leaves no check without an answer, may be run again, and without it bloat and sequences are skipped', async () => {
    expect(await gaps()).toEqual([]);
    await server.query('DROP SCHEMA nightshift CASCADE');
    expect(await gaps()).toEqual(['postgres.index-bloat', 'postgres.sequences', 'postgres.table-bloat']);
    await server.query(file);
    await server.query(file);
    expect(await gaps()).toEqual([]);
  });

  it('shows numbers and no rows: neither the table, nor its most common values, nor the sequence itself', async () => {
    const [{ oid }] = (await server.query("SELECT 'orders'::regclass::oid AS oid")) as [{ oid: number }];
    const columns = await asReader(
      `SELECT * FROM nightshift.column_statistics(ARRAY[${oid}]::oid[]) ORDER BY attribute`,
    );
    expect(columns).toEqual([
      { relation: oid, attribute: 1, null_fraction: 0, width: 4 },
      { relation: oid, attribute: 2, null_fraction: 0, width: 33 },
    ]);
    await expect(asReader('SELECT FROM orders')).rejects.toThrow(/permission denied/);
    await expect(asReader('SELECT last_value FROM orders_id')).rejects.toThrow(/permission denied/);
    expect(await asReader("SELECT FROM pg_stats WHERE tablename = 'orders'")).toEqual([]);
    const [right] = await asReader(
      "SELECT pg_has_role('pg_read_all_data', 'usage') AS all_data, pg_has_role('pg_signal_backend', 'usage') AS signals",
    );
    expect(right).toEqual({ all_data: false, signals: false });
  });

  it('reads log files, and no other file of the server', async () => {
    const read = (name: string, from = 0, bytes = 10) =>
      asReader(`SELECT nightshift.read_log('${name}', ${from}, ${bytes}) AS part`);
    expect(await read('no-such.log')).toEqual([{ part: null }]);
    for (const name of [
      '../postgresql.conf',
      '/etc/passwd.log',
      '../x.log',
      '.x.log',
      'PG_VERSION',
      'a/b.log',
      'x.log\n',
    ])
      await expect(read(name), name).rejects.toThrow(/not a log file/);
    await expect(read('x.log', -1)).rejects.toThrow(/not a log file/);
    await expect(read('x.log', 0, 2_000_000)).rejects.toThrow(/not a log file/);
    await expect(asReader(`SELECT pg_read_file('PG_VERSION')`)).rejects.toThrow(/permission denied/);
  });

  it('reads no log for a function of somebody else that is called while a statement is planned', async () => {
    await server.query(`
      CREATE FUNCTION public.peek() RETURNS bytea LANGUAGE plpgsql IMMUTABLE
        AS $$ BEGIN RETURN nightshift.read_log('no-such.log', 0, 10); END $$`);
    await expect(asReader('EXPLAIN SELECT public.peek()')).rejects.toThrow(/a log is read by SELECT alone/);
    await expect(asReader('PREPARE one AS SELECT public.peek(); EXPLAIN EXECUTE one')).rejects.toThrow(
      /by SELECT alone/,
    );
    await server.query('DROP FUNCTION public.peek()');
  });

  it('lets the act room hold writes and promote, set nothing else, and gives none of it to the read room', async () => {
    const MAY = (role: string) => `
      SELECT has_function_privilege('${role}', 'pg_promote(boolean, integer)', 'execute') AS promotes,
             has_function_privilege('${role}', 'pg_reload_conf()', 'execute') AS reloads,
             array(SELECT name FROM pg_settings WHERE has_parameter_privilege('${role}', name, 'alter system') ORDER BY 1) AS alters,
             has_table_privilege('${role}', 'pg_file_settings', 'select') AS "readsFiles"`;
    expect(await server.query(MAY('nightshift_act'))).toEqual([
      {
        promotes: true,
        reloads: true,
        alters: ['default_transaction_read_only', 'synchronous_standby_names'],
        readsFiles: true,
      },
    ]);
    expect(await server.query(MAY('nightshift_read'))).toEqual([
      { promotes: false, reloads: false, alters: [], readsFiles: true },
    ]);
  });

  it('is run by an administrator who is no superuser, as on RDS: what only a superuser may give away is left out', async () => {
    await server.query(`
      CREATE ROLE administrator CREATEROLE; GRANT pg_monitor, pg_signal_backend TO administrator WITH ADMIN OPTION;
      GRANT CREATE ON DATABASE shop TO administrator; DROP SCHEMA nightshift CASCADE`);
    const [rights = ''] = /-- A switchover of servers[\s\S]*?\$\$;/.exec(file) ?? [];
    const client = await server.connect();
    await client.query('SET SESSION AUTHORIZATION administrator');
    await expect(client.query(rights)).resolves.toBeDefined();
    await client.end();
    await server.query(file);
  });

  it('lets nobody else call its functions, and fixes their search path', async () => {
    await server.query('CREATE ROLE passer_by IN ROLE pg_monitor');
    const rows = await server.query<{ name: string; anybody: boolean; definer: boolean; settings: string[] }>(
      `SELECT proname AS name, has_function_privilege('passer_by', p.oid, 'execute') OR has_schema_privilege('passer_by', n.oid, 'usage') AS anybody,
              prosecdef AS definer, proconfig AS settings
         FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'nightshift' ORDER BY 1`,
    );
    const safe = { anybody: false, definer: true, settings: ['search_path=pg_catalog, pg_temp'] };
    expect(rows).toEqual([
      { name: 'changes_since', ...safe, settings: [...safe.settings, 'TimeZone=UTC'] },
      { name: 'column_statistics', ...safe },
      { name: 'read_log', ...safe },
      { name: 'sequence_positions', ...safe },
      { name: 'timeline_history', ...safe },
    ]);
  });

  it('refuses a schema that belongs to somebody else, who could put other functions into it', async () => {
    await server.query('ALTER SCHEMA nightshift OWNER TO passer_by');
    await expect(server.query(file)).rejects.toThrow(/schema nightshift belongs to passer_by/);
    await server.query('ALTER SCHEMA nightshift OWNER TO postgres');
  });
});
