import { Socket } from 'node:net';
import pg from 'pg';
import { Fault } from '../core/errors.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { Login } from './credentials.ts';
import { verifiedTls, type Limits } from './open-options.ts';
import { queryFault } from './postgres-refusal.ts';
import { postgresTypes } from './postgres-types.ts';
import { watchSilence, type Silence } from './silence.ts';

/** One connection with its limits verified. */
export type PostgresSession = {
  version: number;
  inRecovery: boolean;
  query: <Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** Ends it at once; never throws, however often it is called. */
  close: () => Promise<void>;
};

export type PostgresAddress = { host: string; port: number; database: string; tls: boolean };

/** A catalogue call that would wait behind an ACCESS EXCLUSIVE lock gives up after this. */
const LOCK_TIMEOUT_MS = 50;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** How much longer than the server's own statement_timeout silence is borne. */
const GRACE_MS = 1500;

/** https://www.postgresql.org/docs/current/runtime-config-client.html */
const IDENTIFY = `
  select current_setting('server_version_num')::int as version, pg_is_in_recovery() as "inRecovery",
         (select setting::int from pg_settings where name = 'statement_timeout') as "statementTimeoutMs",
         (select setting::int from pg_settings where name = 'lock_timeout') as "lockTimeoutMs",
         current_setting('default_transaction_read_only') = 'on' as "readOnly"`;

type Identity = {
  version: number;
  inRecovery: boolean;
  statementTimeoutMs: number;
  lockTimeoutMs: number;
  readOnly: boolean;
};

/**
 * Opens one connection whose limits are startup options, and verifies that they took effect: behind a pooler they may be
 * dropped without a word. Throws whatever the driver throws, or a Fault `unsupported` when the limits were ignored.
 */
export async function openPostgresSession(
  address: PostgresAddress,
  login: Login,
  room: DatabaseRoom,
  limits: Limits,
): Promise<PostgresSession> {
  const socket = new Socket();
  const client = new pg.Client(clientConfig(address, login, room, limits, socket));
  // Without a listener a dying server would end this process; every query in flight is rejected anyway.
  client.on('error', () => undefined);
  const silence = watchSilence(limits.queryTimeoutMs + GRACE_MS, limits.deadlineMs, () => socket.destroy());
  const close = closer(client, socket, silence);
  const query = async <Row extends Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<Row[]> => {
    try {
      return (await silence.whileAsking(() => client.query<Row>(sql, values ? [...values] : undefined))).rows;
    } catch (thrown) {
      throw silence.fault() ?? queryFault(thrown);
    }
  };
  try {
    await client.connect();
    const [identity] = await query<Identity>(IDENTIFY);
    if (!identity) throw new Fault('unsupported', 'the server does not say who it is');
    demandLimits(identity, room, limits);
    const { version, inRecovery } = identity;
    return { version, inRecovery, query, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function clientConfig(
  { host, port, database, tls }: PostgresAddress,
  { user, password }: Login,
  room: DatabaseRoom,
  limits: Limits,
  socket: Socket,
): pg.ClientConfig {
  return {
    host,
    port,
    database,
    ...(user === undefined ? {} : { user }),
    // A function keeps the driver from looking into PGPASSWORD and ~/.pgpass.
    password: () => password ?? '',
    ssl: tls ? verifiedTls(host) : false,
    application_name: 'nightshift',
    connectionTimeoutMillis: limits.connectTimeoutMs,
    options: startupOptions(room, limits),
    types: postgresTypes,
    pipeline: true,
    stream: () => socket,
  };
}

function startupOptions(room: DatabaseRoom, limits: Limits): string {
  const settings = {
    statement_timeout: limits.queryTimeoutMs,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    ...(room === 'read' ? { default_transaction_read_only: 'on' } : {}),
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

function demandLimits(identity: Identity, room: DatabaseRoom, limits: Limits): void {
  const { statementTimeoutMs, lockTimeoutMs, readOnly } = identity;
  const kept =
    statementTimeoutMs === limits.queryTimeoutMs && lockTimeoutMs === LOCK_TIMEOUT_MS && (readOnly || room !== 'read');
  if (kept) return;
  throw new Fault(
    'unsupported',
    'the limits of the session were ignored (statement_timeout, lock_timeout): a pooler stands before the server, and they need a direct connection',
  );
}

function closer(client: pg.Client, socket: Socket, silence: Silence): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    silence.stop();
    closed ??= new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      // A server that hangs never answers a polite goodbye.
      const cut = setTimeout(() => socket.destroy(), 500);
      client
        .end()
        .catch(() => undefined)
        .finally(() => {
          clearTimeout(cut);
          socket.destroy();
          resolve();
        });
    });
    return closed;
  };
}
