import { Socket } from 'node:net';
import pg from 'pg';
import type { Login } from '../../credentials.ts';
import { verifiedTls } from '../../open-options.ts';

/** Where the row is written: a member, or a pooler before it. */
export type Place = { name: string; host: string; port: number; database: string; tls: boolean };

/** A connection of the canary. */
export type Held = { place: Place; client: pg.Client; socket: Socket };

/**
 * One round trip, one transaction: what waits for the row, or for anything else, gives up before its client does. No startup options,
 * which poolers refuse. The name of the file that is written tells the timeline.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
 */
const BEAT = `
  set local lock_timeout = '500ms'; set local statement_timeout = '900ms';
  update nightshift.heartbeat set number = number + 1, written_at = clock_timestamp()
    returning number::float8, written_at as at, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline`;

export type Row = { number: number; at: Date; timeline: string };

/** A connection that is not open yet, so that whoever has it can cut it while it opens. */
export function holdPlace(place: Place, { user, password }: Login): Held {
  const { host, port, database, tls } = place;
  const socket = new Socket();
  const client = new pg.Client({
    host,
    port,
    database,
    ...(user === undefined ? {} : { user }),
    // A function keeps the driver from looking into PGPASSWORD and ~/.pgpass.
    password: () => password ?? '',
    ssl: tls ? verifiedTls(host) : false,
    application_name: 'nightshift canary',
    stream: () => socket,
  });
  client.on('error', () => undefined);
  return { place, client, socket };
}

/** Writes the row; throws where the server does not acknowledge it. */
export async function beat({ client }: Held): Promise<Row> {
  // Several statements give several results, which the types of the driver do not say.
  const results = (await client.query(BEAT)) as unknown as readonly { rows: Row[] }[];
  const row = results.at(-1)?.rows[0];
  if (!row) throw new Error('42P01: nightshift.heartbeat has no row');
  return row;
}

/** At once: one that hangs never answers a polite goodbye. */
export function cut({ socket }: Held): void {
  socket.destroy();
}
