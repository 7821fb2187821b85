import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type RunningPostgres, startPostgres } from '../../runtime/postgres-launcher.ts';
import { takeFreePort } from '../../runtime/free-port.ts';
import type { FleetPasswords } from './fleet-passwords.ts';
import { postgresSettings } from './postgres-settings.ts';

/** One PostgreSQL server of the fleet. */
export type PostgresServer = {
  name: string;
  port: number;
  dataDirectory: string;
  isRunning(): boolean;
  /** Starts it, always on the same port; a running one is left alone. */
  start(): Promise<void>;
  /** Ends it in order, and by force when that takes too long. */
  stop(): Promise<void>;
  /** One statement as superuser on a connection of its own; in database `shop` unless another is named. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[], database?: string): Promise<Row[]>;
  /** A connection as the shop's own role; the caller listens for its `error` events and ends it. */
  connectAs(applicationName: string): Promise<pg.Client>;
};

const stopPatienceMs = 3_000;
const connectTimeoutMs = 2_000;

/** A server that is not started yet. `record` is told the pid of every start. */
export async function preparePostgresServer(
  name: string,
  dataDirectory: string,
  passwords: FleetPasswords,
  record: (pid: number, what: string) => void,
): Promise<PostgresServer> {
  const port = await takeFreePort();
  let running: RunningPostgres | undefined;
  const connect = async (user: string, password: string, database: string, applicationName: string) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user,
      password,
      database,
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const isRunning = () => running !== undefined && !running.hasExited();
  return {
    name,
    port,
    dataDirectory,
    isRunning,
    start: async () => {
      if (isRunning()) return;
      const onSpawn = (pid: number) => record(pid, name);
      running = await startPostgres({ dataDirectory, port, settings: postgresSettings(name), onSpawn });
    },
    stop: async () => {
      const inOrder = running?.stop('fast');
      const patience = sleep(stopPatienceMs, 'impatient', { ref: false });
      if ((await Promise.race([inOrder, patience])) === 'impatient') await running?.stop('immediate');
    },
    query: async <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = [], database = 'shop') => {
      const client = await connect('postgres', passwords.superuser, database, 'fleet');
      try {
        return (await client.query<Row>(sql, [...values])).rows;
      } finally {
        await client.end();
      }
    },
    connectAs: (applicationName) => connect('shop', passwords.shop, 'shop', applicationName),
  };
}
