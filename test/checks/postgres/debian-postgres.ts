import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { takeFreePort } from '../../../src/runtime/free-port.ts';
import { findPostgresIdentity, makePrivateDirectory, uidAndGid } from '../../../src/runtime/postgres-identity.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { makeServerDirectory, recordServer } from '../../servers/room.ts';

const initDatabase = new URL('../../../infra/migrations/init-database.sql', import.meta.url);
const programs = '/usr/lib/postgresql/15/bin';

/** The server of Debian 12's packages: the second version that the checks must answer on, where it is installed. */
export const hasDebianPostgres = existsSync(join(programs, 'postgres'));

export type DebianPostgres = {
  port: number;
  spec: TargetSpec;
  environment: Record<string, string>;
  /** One statement as superuser, on a connection of its own. */
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
  /** A superuser's connection that stays open. */
  connect(applicationName?: string): Promise<pg.Client>;
  stop(): Promise<void>;
};

/** Settings of the server, and variables of its process (`LANGUAGE`). */
export type DebianOptions = { settings?: Record<string, string>; variables?: Record<string, string> };

/** Starts it with the roles of the rooms; without passwords, on loopback only. */
export async function startDebianPostgres({ settings = {}, variables }: DebianOptions = {}): Promise<DebianPostgres> {
  const identity = findPostgresIdentity();
  const dataDirectory = join(makeServerDirectory('debian'), 'data');
  makePrivateDirectory(dataDirectory, identity);
  const how = { ...uidAndGid(identity), cwd: '/' };
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', dataDirectory, '-U', 'postgres', '-A', 'trust', '-N', '--locale=C', '--data-checksums'],
    how,
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
  const port = await takeFreePort();
  const words = [
    '-D',
    dataDirectory,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'unix_socket_directories=',
    '-c',
    'shared_preload_libraries=pg_stat_statements',
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const child = spawn(join(programs, 'postgres'), words, {
    ...how,
    ...(variables ? { env: variables } : {}),
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  recordServer(child.pid ?? 0, 'debian');
  while (!statusOf(dataDirectory).startsWith('ready')) await sleep(20);
  const connect = async (applicationName = 'test') => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      database: 'postgres',
      application_name: applicationName,
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const query = async <Row extends pg.QueryResultRow>(sql: string) => {
    const client = await connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  await query(readFileSync(initDatabase, 'utf8'));
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  return { port, spec: specOf(port), environment: {}, query, connect, stop };
}

function statusOf(dataDirectory: string): string {
  try {
    return readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[7] ?? '';
  } catch {
    return '';
  }
}

function specOf(port: number): TargetSpec {
  return {
    name: 'old-db',
    engine: 'postgres',
    provider: 'self-managed',
    environment: 'laptop',
    rooms: 'default',
    database: 'postgres',
    tls: false,
    members: [
      {
        name: 'old-db-1',
        role: 'primary',
        host: '127.0.0.1',
        port,
        credentials: { read: { user: 'nightshift_read' } },
      },
    ],
    alarms: [],
  };
}
