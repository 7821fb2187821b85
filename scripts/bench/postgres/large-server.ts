import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createRoles, setRole } from '../../../src/local/fleet/postgres-roles.ts';
import { initialisePostgres } from '../../../src/runtime/postgres-cluster.ts';
import { findPostgresIdentity, giveTo } from '../../../src/runtime/postgres-identity.ts';
import { startPostgres, type RunningPostgres } from '../../../src/runtime/postgres-launcher.ts';
import type { Bench } from '../area.ts';
import { createTables } from './create-tables.ts';

export const TABLES = 5000;
const DATABASE = 'many';

/** Who asks besides the role of Nightshift's read room: one role for each program beside it, with the same rights. */
const BESIDE = ['bench_check_postgres', 'bench_pg_extras'] as const;
export type Asker = 'nightshift_read' | (typeof BESIDE)[number];

/** A server whose catalogue is as large as that of an old application. */
export type LargeServer = {
  port: number;
  database: string;
  passwordOf(asker: Asker): string;
  /** One statement as superuser. */
  query<R extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>;
};

const SETTINGS = {
  shared_buffers: '256MB',
  max_connections: '60',
  max_wal_size: '2GB',
  autovacuum_naptime: '1h',
  shared_preload_libraries: 'pg_stat_statements',
};
/** Nothing of it needs to survive a crash before it is measured. */
const WHILE_LOADING = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', autovacuum: 'off' };

/** Makes a cluster with the tables and the two roles, and starts it with a server's usual safety. All of it goes in the end. */
export async function startLargeServer({ say, afterwards, times }: Bench): Promise<LargeServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-bench-'));
  afterwards.defer(() => rmSync(folder, { recursive: true, force: true }));
  giveTo(folder, findPostgresIdentity());
  const dataDirectory = join(folder, 'data');
  const passwords = {
    postgres: secret(),
    nightshift_read: secret(),
    bench_check_postgres: secret(),
    bench_pg_extras: secret(),
  };
  await initialisePostgres(dataDirectory, passwords.postgres);
  const start = async (more: Record<string, string>) => {
    const starting = startPostgres({ dataDirectory, settings: { ...SETTINGS, ...more } });
    // Before it has started: a server that nobody remembers would outlive a run that is given up now.
    afterwards.defer(() => starting.then((server) => server.stop('immediate')).catch(() => undefined));
    return starting;
  };
  const tables = times(TABLES);
  say(`making ${tables} tables`);
  const loading = await start(WHILE_LOADING);
  await load(loading, passwords, tables);
  await loading.stop();
  const { port } = await start({});
  const client = await connect(port, passwords.postgres, DATABASE);
  afterwards.defer(() => client.end().catch(() => undefined));
  return {
    port,
    database: DATABASE,
    passwordOf: (asker) => passwords[asker],
    query: async <R extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<R>(sql, [...values])).rows,
  };
}

async function load(server: RunningPostgres, passwords: Record<Asker | 'postgres', string>, tables: number) {
  const first = await connect(server.port, passwords.postgres, 'postgres');
  await first.query(`CREATE DATABASE ${DATABASE}`);
  await first.end();
  const client = await connect(server.port, passwords.postgres, DATABASE);
  const query = (sql: string) => client.query(sql);
  await createRoles(query, { read: passwords.nightshift_read, act: secret(), copy: secret() });
  for (const asker of BESIDE) {
    await setRole(query, asker, '', passwords[asker]);
    await query(`GRANT pg_monitor, pg_read_all_data TO ${asker}`);
  }
  await createTables(query, tables);
  await client.end();
}

async function connect(port: number, password: string, database: string): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database });
  // The server is stopped while it is connected when something fails; that is not this connection's fault.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function secret(): string {
  return randomBytes(18).toString('hex');
}
