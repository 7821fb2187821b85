import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** An application that writes as fast as it can, or as it may, through reconnects, and knows which of its writes were acknowledged. */
export type ShopWriter = {
  acknowledged(): readonly string[];
  /** When one of them was, by the clock of this machine (epoch milliseconds). */
  acknowledgedAt(id: string): number;
  /** By the code of the server, or the name of the failure. */
  failures(): { readonly [code: string]: number };
  /** The longest time without an acknowledgement, since the last time that it was asked. */
  longestGapMilliseconds(): number;
  /** Resolves when so many more writes were acknowledged. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
};

const CLIENTS = 8;

/** Where a session of the application can be opened. */
type Shop = { connectAs(applicationName: string): Promise<pg.Client> };
type Server = { query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> };

/** Makes the application's table, beside the shop's own. */
export async function openBook(primary: Server): Promise<void> {
  await primary.query('CREATE TABLE book (id text PRIMARY KEY); GRANT SELECT, INSERT ON book TO shop');
}

/**
 * Each client looks for a server that is not read-only, as libpq does with target_session_attrs=read-write; with a pause after each
 * write where the servers' own work is to have the machine.
 */
export function startShopWriter(servers: readonly Shop[], name = 'w', pauseMs?: number): ShopWriter {
  const acknowledged: string[] = [];
  const times = new Map<string, number>();
  const failures: { [code: string]: number } = {};
  let lastAtMs = performance.now();
  let gapMs = 0;
  const ending = new AbortController();
  const fail = (thrown: unknown) => {
    const { code = 'lost' } = thrown as { code?: string };
    failures[code] = (failures[code] ?? 0) + 1;
  };
  const loops = Array.from({ length: CLIENTS }, async (_, index) => {
    let number = 0;
    while (!ending.signal.aborted) {
      const client = await writable(servers).catch(() => undefined);
      if (!client) {
        await sleep(5);
        continue;
      }
      try {
        while (!ending.signal.aborted) {
          const id = `${name}${index}-${(number += 1)}`;
          await client.query('INSERT INTO book VALUES ($1)', [id]);
          acknowledged.push(id);
          times.set(id, Date.now());
          gapMs = Math.max(gapMs, performance.now() - lastAtMs);
          lastAtMs = performance.now();
          if (pauseMs !== undefined) await sleep(pauseMs);
        }
      } catch (thrown) {
        fail(thrown);
      }
      await client.end().catch(() => {});
    }
  });
  return {
    acknowledged: () => acknowledged,
    acknowledgedAt: (id) => times.get(id) ?? Number.NaN,
    failures: () => failures,
    longestGapMilliseconds: () => {
      const longest = gapMs;
      gapMs = 0;
      return longest;
    },
    more: async (count) => {
      const enough = acknowledged.length + count;
      while (acknowledged.length < enough) await sleep(5);
    },
    stop: async () => {
      ending.abort();
      await Promise.all(loops);
    },
  };
}

async function writable(servers: readonly Shop[]): Promise<pg.Client | undefined> {
  for (const server of servers) {
    const client = await server.connectAs('shop-web').catch(() => undefined);
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
  // Taken before: what is acknowledged while the server is asked may not be in its answer.
  const known = [...writer.acknowledged()];
  const rows = await server.query<{ id: string }>('SELECT id FROM book');
  const there = new Set(rows.map(({ id }) => id));
  return known.filter((id) => !there.has(id));
}
