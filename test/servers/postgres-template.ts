import { appendFileSync, chmodSync, constants, cpSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { initialisePostgres } from '../../src/runtime/postgres-cluster.ts';
import { findPostgresIdentity, giveTo } from '../../src/runtime/postgres-identity.ts';
import { startPostgres } from '../../src/runtime/postgres-launcher.ts';
import { createRoles } from '../../src/local/fleet/postgres-roles.ts';
import { testPasswords } from './passwords.ts';
import { onceARun } from './once-a-run.ts';
import { recordServer } from './room.ts';
import { binariesOf, type PostgresMajor } from './postgres-majors.ts';

/** What makes a throw-away server small and fast without a finding of its own; a test's own settings win. */
export const testSettings = {
  synchronous_commit: 'off',
  wal_writer_delay: '10ms',
  track_io_timing: 'on',
  log_lock_waits: 'on',
  log_temp_files: '0',
  log_min_duration_statement: '1s',
  shared_buffers: '16MB',
  max_wal_size: '256MB',
  wal_keep_size: '64MB',
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
};

/** Copies the cluster that all test servers of a run begin with; the first caller makes it. */
export async function copyTemplate(dataDirectory: string, major: PostgresMajor = 18): Promise<void> {
  const template = await onceARun(`template-${major}`, (folder) => build(folder, major));
  cpSync(template, dataDirectory, { recursive: true, mode: constants.COPYFILE_FICLONE });
  chmodSync(dataDirectory, 0o700);
  giveTo(dataDirectory, findPostgresIdentity());
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
