import { appendFileSync, chmodSync, constants, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { initialisePostgres } from '../../src/runtime/postgres-cluster.ts';
import { findPostgresIdentity, giveTo } from '../../src/runtime/postgres-identity.ts';
import { startPostgres } from '../../src/runtime/postgres-launcher.ts';
import { createRoles } from '../../src/local/fleet/postgres-roles.ts';
import { testPasswords } from './passwords.ts';
import { recordServer, serverRoom } from './room.ts';
import { binariesOf, type PostgresMajor } from './postgres-majors.ts';

/** What makes a throw-away server small and fast; a test's own settings win. */
export const testSettings = {
  fsync: 'off',
  shared_buffers: '16MB',
  max_wal_size: '256MB',
  wal_keep_size: '64MB',
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
};

/** Copies the cluster that all test servers of a run begin with; the first caller makes it. */
export async function copyTemplate(dataDirectory: string, major: PostgresMajor = 18): Promise<void> {
  cpSync(await template(major), dataDirectory, { recursive: true, mode: constants.COPYFILE_FICLONE });
  chmodSync(dataDirectory, 0o700);
  giveTo(dataDirectory, findPostgresIdentity());
}

/** Several test workers may come at once: making the lock directory decides who builds. */
async function template(major: PostgresMajor): Promise<string> {
  const folder = join(serverRoom(), `template-${major}`);
  const finished = join(folder, 'finished');
  if (existsSync(finished)) return join(folder, 'data');
  try {
    mkdirSync(folder, { mode: 0o711 });
  } catch {
    while (!existsSync(finished)) {
      if (!existsSync(folder)) return await template(major);
      await sleep(25);
    }
    return join(folder, 'data');
  }
  try {
    await build(join(folder, 'data'), major);
    mkdirSync(finished);
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  }
  return join(folder, 'data');
}

async function build(dataDirectory: string, major: PostgresMajor): Promise<void> {
  const binaries = binariesOf(major);
  await initialisePostgres(dataDirectory, testPasswords.superuser, binaries);
  appendFileSync(join(dataDirectory, 'pg_hba.conf'), 'host replication all 127.0.0.1/32 scram-sha-256\n');
  const server = await startPostgres({
    dataDirectory,
    binaries,
    // A standby refuses to replay with fewer connections than the cluster ever had: leave room for small test settings.
    settings: { ...testSettings, max_connections: '6' },
    onSpawn: (pid) => recordServer(pid, 'template'),
  });
  try {
    await query(server.port, 'postgres', 'CREATE DATABASE shop');
    await createRoles((sql) => query(server.port, 'shop', sql), testPasswords);
  } finally {
    await server.stop();
  }
}

async function query(port: number, database: string, sql: string): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: testPasswords.superuser,
    database,
  });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
