import pg from 'pg';
import { Fault } from '../../core/errors.ts';
import type { PoolerSpec } from '../../targets/spec.ts';
import type { Login } from '../credentials.ts';
import { verifiedTls, type Limits } from '../open-options.ts';
import { postgresRefusal } from '../postgres-refusal.ts';

/** A row of the console, by the names that its version gives the columns. */
export type Row = { readonly [column: string]: unknown };

/** The admin console of one process; it knows the simple query protocol alone. https://www.pgbouncer.org/usage.html#admin-console */
export type Console = { ask(command: string): Promise<Row[]> };

/** One connection to the console for `work`, closed afterwards. Throws a Fault that says why it was not reached or refused. */
export async function onConsole<T>(
  pooler: PoolerSpec,
  login: Login,
  limits: Limits,
  work: (console: Console) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(clientConfig(pooler, login, limits));
  client.on('error', () => undefined);
  try {
    await client.connect().catch((thrown: unknown) => refuse(thrown, pooler, login, limits));
    return await work({ ask: (command) => ask(client, command) });
  } finally {
    // One that hangs never answers a polite goodbye; nobody waits for it.
    void client.end().catch(() => undefined);
  }
}

function clientConfig({ host, port, tls }: PoolerSpec, { user, password }: Login, limits: Limits): pg.ClientConfig {
  return {
    host,
    port,
    database: 'pgbouncer',
    ...(user === undefined ? {} : { user }),
    // A function keeps the driver from looking into PGPASSWORD and ~/.pgpass.
    password: () => password ?? '',
    ssl: tls ? verifiedTls(host) : false,
    application_name: 'nightshift',
    connectionTimeoutMillis: limits.connectTimeoutMs,
    query_timeout: limits.queryTimeoutMs,
  };
}

function refuse(thrown: unknown, { host, port }: PoolerSpec, { user = 'nobody' }: Login, limits: Limits): never {
  const attempt = { host, port, user, database: 'pgbouncer', connectTimeoutMs: limits.connectTimeoutMs };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  // "no such user", "password authentication failed", "not allowed": said with one code for all. src/client.c of PgBouncer.
  if (thrown instanceof pg.DatabaseError)
    throw new Fault('permission_denied', `the console refuses user ${user}: ${message}`);
  const { code, reason } = postgresRefusal(thrown, attempt);
  throw new Fault(code, reason);
}

async function ask(client: pg.Client, command: string): Promise<Row[]> {
  try {
    return (await client.query<Row>(command)).rows;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof pg.DatabaseError) {
      throw new Fault('permission_denied', `the console refuses ${command.split(' ')[0] ?? 'it'}: ${message}`);
    }
    throw new Fault('timed_out', `the console did not answer (${message})`);
  }
}

/** A name as the console reads it in a command. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
