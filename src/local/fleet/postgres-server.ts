import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresStart, type RunningPostgres, startPostgres } from '../../runtime/postgres-launcher.ts';
import { takeFreePort } from '../../runtime/free-port.ts';
import type { FleetPasswords } from './fleet-passwords.ts';
import { freezeProcess, thawProcess } from './frozen-process.ts';
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
  /** Makes all of its processes hang: it takes connections and answers nothing. */
  freeze(): void;
  /** Ends that; harmless on a server that does not hang. */
  thaw(): void;
  isFrozen(): boolean;
  /** One statement as superuser on a connection of its own; in database `shop` unless another is named. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[], database?: string): Promise<Row[]>;
  /** A connection as the shop's own role; the caller listens for its `error` events and ends it. */
  connectAs(applicationName: string): Promise<pg.Client>;
};

const stopPatienceMs = 3_000;
const connectTimeoutMs = 30_000;
/** Of one that is known to hang. */
const frozenTimeoutMs = 2_000;

/** A server that is not started yet. `record` is told the pid of every start. */
export async function preparePostgresServer(
  name: string,
  dataDirectory: string,
  passwords: FleetPasswords,
  record: (pid: number, what: string) => void,
): Promise<PostgresServer> {
  const port = await takeFreePort();
  const start = { dataDirectory, port, settings: postgresSettings(name), onSpawn: (pid: number) => record(pid, name) };
  const driven = driveProcess(start);
  const connect = async (user: string, password: string, database: string, applicationName: string) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user,
      password,
      database,
      application_name: applicationName,
      connectionTimeoutMillis: driven.isFrozen() ? frozenTimeoutMs : connectTimeoutMs,
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  return {
    name,
    port,
    dataDirectory,
    ...driven,
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

type Driven = Pick<PostgresServer, 'isRunning' | 'start' | 'stop' | 'freeze' | 'thaw' | 'isFrozen'>;

function driveProcess(how: PostgresStart): Driven {
  let running: RunningPostgres | undefined;
  let isHalted = false;
  const isRunning = () => running !== undefined && !running.hasExited();
  const thaw = () => {
    if (running && isHalted && isRunning()) thawProcess(running.pid);
    isHalted = false;
  };
  return {
    isRunning,
    start: async () => {
      if (!isRunning()) running = await startPostgres(how);
    },
    freeze: () => {
      if (!running || !isRunning()) return;
      isHalted = true;
      freezeProcess(running.pid);
    },
    thaw,
    isFrozen: () => isHalted && isRunning(),
    stop: async () => {
      thaw(); // What hangs hears no signal but SIGKILL.
      const inOrder = running?.stop('fast');
      const patience = sleep(stopPatienceMs, 'impatient', { ref: false });
      if ((await Promise.race([inOrder, patience])) === 'impatient') await running?.stop('immediate');
    },
  };
}
