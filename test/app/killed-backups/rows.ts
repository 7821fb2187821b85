import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { BackupStore } from '../../../src/core/backup-store.ts';
import type { TestPostgres, TestRedis } from '../../servers.ts';
import { testPasswords } from '../../servers/passwords.ts';
import { makeServerDirectory } from '../../servers/room.ts';
import { restored } from '../restore/restored.ts';

/** An application that never stops, and knows what it was told is stored. */
export type Writer = {
  /** Rows 1 to this were acknowledged. */
  acknowledged(): number;
  stop(): Promise<void>;
};

/** So much that a copy takes a while, and that an object has several parts. */
const FILL = `
  CREATE TABLE rows (id bigint PRIMARY KEY, what text);
  CREATE TABLE filler AS SELECT g, (SELECT string_agg(md5(g::text || i), '') FROM generate_series(1, 30) i) AS what
    FROM generate_series(1, 20000) g`;

export async function startWriter(database: TestPostgres, cache: TestRedis): Promise<Writer> {
  await database.query(FILL);
  const client = await database.connect();
  const end = new AbortController();
  let acknowledged = 0;
  const write = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await client.query('INSERT INTO rows VALUES ($1::bigint, md5($1::bigint::text))', [acknowledged + 1]);
      acknowledged += 1;
      if (acknowledged % 20 === 0)
        await client.query('UPDATE filler SET what = md5(what) || right(what, 900) WHERE g % 500 = $1::int % 500', [
          acknowledged,
        ]);
      await sleep(20);
    }
  };
  const fill = async (): Promise<void> => {
    for (let n = 0; !end.signal.aborted; n += 1) {
      await cache.call('SET', `order:${n}`, 'x'.repeat(1000));
      await sleep(100);
    }
  };
  let problem: unknown;
  const writing = Promise.all([write(), fill()]).catch((thrown: unknown) => (problem = thrown));
  return {
    acknowledged: () => {
      if (problem !== undefined) throw problem;
      return acknowledged;
    },
    stop: async () => {
      end.abort();
      await writing;
      await client.end();
    },
  };
}

/** The ids of all rows of what is restored to the last that a store has. */
export async function restoredIds(store: BackupStore): Promise<Set<number>> {
  const directory = makeServerDirectory('killed-restore');
  await chmod(directory, 0o755);
  const { started } = await restored({ store, to: { kind: 'latest' }, into: join(directory, 'into') });
  if ('notStarted' in started) throw new Error(started.notStarted);
  const { port } = started.server;
  const connectionString = `postgres://postgres:${testPasswords.superuser}@127.0.0.1:${port}/shop`;
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ id: string }>('SELECT id::text FROM rows WHERE what = md5(id::text)');
    return new Set(rows.map(({ id }) => Number(id)));
  } finally {
    await client.end();
    await started.server.stop('immediate');
    rmSync(directory, { recursive: true, force: true });
  }
}
