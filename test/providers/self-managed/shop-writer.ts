import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** An application that writes as fast as it can, through reconnects, and knows which of its writes were acknowledged. */
export type ShopWriter = {
  acknowledged(): readonly string[];
  /** By the code of the server, or the name of the failure. */
  failures(): { readonly [code: string]: number };
  /** Resolves when so many more writes were acknowledged. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
};

const PASSWORD = 'pw-shop';
const CLIENTS = 8;

type Server = { query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> };

/** Makes the application's table, beside the shop's own. */
export async function openBook(primary: Server): Promise<void> {
  await primary.query('CREATE TABLE book (id text PRIMARY KEY); GRANT SELECT, INSERT ON book TO shop');
}

/** A session of the application on one server. */
export async function shopClient(port: number): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'shop',
    password: PASSWORD,
    database: 'shop',
    application_name: 'shop-web',
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Each client looks for a server that is not read-only, as libpq does with target_session_attrs=read-write. */
export function startShopWriter(ports: readonly number[], name = 'w'): ShopWriter {
  const acknowledged: string[] = [];
  const failures: { [code: string]: number } = {};
  let ending = false;
  const fail = (thrown: unknown) => {
    const { code = 'lost' } = thrown as { code?: string };
    failures[code] = (failures[code] ?? 0) + 1;
  };
  const loops = Array.from({ length: CLIENTS }, async (_, index) => {
    let number = 0;
    while (!ending) {
      const client = await writable(ports).catch(() => undefined);
      if (!client) {
        await sleep(5);
        continue;
      }
      try {
        while (!ending) {
          const id = `${name}${index}-${(number += 1)}`;
          await client.query('INSERT INTO book VALUES ($1)', [id]);
          acknowledged.push(id);
        }
      } catch (thrown) {
        fail(thrown);
      }
      await client.end().catch(() => {});
    }
  });
  return {
    acknowledged: () => acknowledged,
    failures: () => failures,
    more: async (count) => {
      const enough = acknowledged.length + count;
      while (acknowledged.length < enough) await sleep(5);
    },
    stop: async () => {
      ending = true;
      await Promise.all(loops);
    },
  };
}

async function writable(ports: readonly number[]): Promise<pg.Client | undefined> {
  for (const port of ports) {
    const client = await shopClient(port).catch(() => undefined);
    if (!client) continue;
    const { rows } = await client.query<{ readOnly: string }>(
      `SELECT current_setting('transaction_read_only') AS "readOnly"`,
    );
    if (rows[0]?.readOnly === 'off') return client;
    await client.end();
  }
  return undefined;
}

/** Of the writes that were acknowledged, those that a server does not have. */
export async function missing(writer: ShopWriter, server: Server): Promise<string[]> {
  const rows = await server.query<{ id: string }>('SELECT id FROM book');
  const there = new Set(rows.map(({ id }) => id));
  return writer.acknowledged().filter((id) => !there.has(id));
}
