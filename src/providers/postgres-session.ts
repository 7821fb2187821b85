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
  /** Where default_transaction_read_only is on for everybody who connects: in the whole server, or in this database. */
  readOnlyBy?: 'server' | 'database';
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

/**
 * pg_settings is only read where it is needed: it formats every setting of the server, which takes milliseconds.
 * https://www.postgresql.org/docs/current/runtime-config-client.html
 */
const IDENTIFY = `
  select current_setting('server_version_num')::int as version, pg_is_in_recovery() as "inRecovery", pg_backend_pid() as pid,
         (extract(epoch from current_setting('statement_timeout')::interval) * 1000)::int as "statementTimeoutMs",
         (extract(epoch from current_setting('lock_timeout')::interval) * 1000)::int as "lockTimeoutMs",
         case when current_setting('default_transaction_read_only') = 'on'
              then (select source from pg_settings where name = 'default_transaction_read_only') end as "readOnlySource"`;

/** Not a startup option: the server's own value of it is worth knowing, and only a direct connection may keep a setting. */
const ONLY_READ = `select set_config('default_transaction_read_only', 'on', false) as "readOnly"`;

/**
 * 15+. Statistics are read where they are instead of being copied first, in half of the time where there are thousands of tables.
 * https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-STATS-FETCH-CONSISTENCY
 */
const UNCOPIED = `, set_config('stats_fetch_consistency', 'none', false) as consistency`;

type Identity = {
  version: number;
  inRecovery: boolean;
  pid: number;
  statementTimeoutMs: number;
  lockTimeoutMs: number;
  readOnlySource: string | null;
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
  const client = new pg.Client(clientConfig(address, login, limits, socket));
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
    demandLimits(identity, processIdOf(client), limits);
    if (room === 'read') await query(identity.version >= 150_000 ? ONLY_READ + UNCOPIED : ONLY_READ);
    const { version, inRecovery } = identity;
    return { version, inRecovery, ...readOnlyFor(identity), query, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function clientConfig(
  { host, port, database, tls }: PostgresAddress,
  { user, password }: Login,
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
    options: startupOptions(limits),
    types: postgresTypes,
    pipeline: true,
    stream: () => socket,
  };
}

function startupOptions(limits: Limits): string {
  const settings = {
    statement_timeout: limits.queryTimeoutMs,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/** What the server said at the start of the session; the driver keeps it, its types do not name it. */
function processIdOf(client: pg.Client): unknown {
  return 'processID' in client ? client.processID : undefined;
}

/** A session that others share, or whose limits somebody dropped, is not worked in. */
export class PoolerFault extends Fault {}

/** A pooler answers with a process id of its own, and its server process with another. */
function demandLimits(identity: Identity, processId: unknown, limits: Limits): void {
  const { pid, statementTimeoutMs, lockTimeoutMs } = identity;
  if (statementTimeoutMs !== limits.queryTimeoutMs || lockTimeoutMs !== LOCK_TIMEOUT_MS) {
    throw new PoolerFault(
      'unsupported',
      'the limits of the session were ignored (statement_timeout, lock_timeout): a pooler stands before the server, and they need a direct connection',
    );
  }
  if (processId === pid) return;
  throw new PoolerFault(
    'unsupported',
    'a pooler stands before the server and shares its sessions with others: the limits of a session need a direct connection',
  );
}

/** Set for our role alone it says nothing of others. https://www.postgresql.org/docs/current/view-pg-settings.html */
function readOnlyFor({ readOnlySource }: Identity): Pick<PostgresSession, 'readOnlyBy'> {
  if (readOnlySource === null || ['user', 'database user', 'client'].includes(readOnlySource)) return {};
  return { readOnlyBy: readOnlySource === 'database' ? 'database' : 'server' };
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
