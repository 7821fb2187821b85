import pg from 'pg';

/** A restored server that listens on a socket in a folder of its own. */
export type CopyPlace = { socketDirectory: string; port: number };

/** Asks the restored server, as its superuser. */
export type CopySession = {
  database: string;
  ask<R extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** Present where blocks come slowly at first: whether a statement only ran out of its time, which says nothing of the copy. */
  ranOut?(thrown: unknown): boolean;
};

/** What is wrong with a copy is nothing that one statement may wait for longer than this. */
const STATEMENT_MS = 60_000;

/** Opens a database of the copy and closes it after the work. Throws whatever the driver throws. */
export async function inDatabase<R>(
  { socketDirectory: host, port }: CopyPlace,
  user: string,
  database: string,
  work: (session: CopySession) => Promise<R>,
): Promise<R> {
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    // A function keeps the driver from looking into PGPASSWORD and ~/.pgpass.
    password: () => '',
    application_name: 'nightshift drill',
    statement_timeout: STATEMENT_MS,
    connectionTimeoutMillis: STATEMENT_MS,
  });
  // Without a listener a copy that is stopped would end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work({
      database,
      ask: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
        (await client.query<Row>(text, [...values])).rows,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** https://www.postgresql.org/docs/current/view-pg-roles.html */
const SUPERUSERS =
  'SELECT rolname AS name FROM pg_catalog.pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1';

/** Who may see everything in the copy; each known login may ask that. Undefined where none of them is there. */
export async function superuserOf(place: CopyPlace, logins: readonly string[]): Promise<string | undefined> {
  for (const login of logins) {
    // oxlint-disable-next-line no-await-in-loop -- the first that is there is enough
    const found = await inDatabase(place, login, 'template1', ({ ask }) => ask<{ name: string }>(SUPERUSERS)).catch(
      () => [],
    );
    if (found[0] !== undefined) return found[0].name;
  }
  return undefined;
}

/** The sentence of the server where it tells of damage, which names no values; else its SQLSTATE alone, since others may quote data. */
export function complaintOf(thrown: unknown): string {
  const { code = '', message = '' } = thrown as { code?: string; message?: string };
  // https://www.postgresql.org/docs/current/errcodes-appendix.html: class XX, and files that are not there or too short.
  if (/^(XX|58)/.test(code)) return message;
  return code === '' ? 'the server went away' : `SQLSTATE ${code}`;
}
