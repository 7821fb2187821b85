import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { QUICK } from '../providers/self-managed/backup/backing-up.ts';
import { createDirectoryStore } from '../../src/state/backup-store/directory.ts';
import { backUp, drainAll, restored } from '../app/restore/restored.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { installedMajors } from '../servers/postgres-majors.ts';
import { testPasswords } from '../servers/passwords.ts';
import { makeServerDirectory } from '../servers/room.ts';

/** PostgreSQL begins another file of a table after so many bytes. https://www.postgresql.org/docs/current/storage-file-layout.html */
const FILE_BYTES = 1024 ** 3;
/** One row fills a page, so that a little more than a file's worth is soon written. */
const ROWS = FILE_BYTES / 8192 + 9000;
const FILL = (from: number, to: number) =>
  `INSERT INTO large SELECT g, repeat(md5(g::text), 230) FROM generate_series(${from}, ${to}) g`;

/** Of every row of tables that are too large to be taken into memory. */
async function sumAt(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const sums = await client.query<{ sum: string }>(
    `SELECT table_name || ' ' || rows || ' ' || sum AS sum FROM (
       SELECT 'large' AS table_name, count(*) AS rows, sum(hashtextextended(id || what, 0)) AS sum FROM large
       UNION ALL SELECT 'shrinking', count(*), sum(hashtextextended(id || what, 0)) FROM shrinking) s ORDER BY 1`,
  );
  await client.end();
  return createHash('md5')
    .update(sums.rows.map(({ sum }) => sum).join())
    .digest('hex');
}

async function sizeOf(server: TestPostgres, table: string, file = ''): Promise<number> {
  const [row] = await server.query<{ path: string }>(`SELECT pg_relation_filepath('${table}') AS path`);
  return statSync(join(server.dataDirectory, `${row?.path ?? ''}${file}`)).size;
}

test.each(installedMajors)(
  'a table of more than one file, and tables that are cut off while they are copied, come back (PostgreSQL %s)',
  { timeout: 3_600_000 },
  async (major) => {
    const settings = { ...QUICK, autovacuum: 'off', max_slot_wal_keep_size: '8GB', max_wal_size: '4GB' };
    const summarize: Record<string, string> = major === 18 ? { summarize_wal: 'on' } : {};
    const server = await startTestPostgres({ major, settings: { ...settings, ...summarize } });
    try {
      const directory = join(makeServerDirectory('large'), 'store');
      const store = createDirectoryStore({ name: 'primary', directory });
      await server.query('CREATE TABLE large (id int, what text)');
      await server.query('ALTER TABLE large ALTER COLUMN what SET STORAGE PLAIN');
      await server.query(FILL(1, ROWS));
      await server.query(
        'CREATE TABLE shrinking AS SELECT g AS id, repeat(md5(g::text), 20) AS what FROM generate_series(1, 100000) g',
      );
      await server.query('CHECKPOINT');
      expect(await sizeOf(server, 'large')).toBe(FILE_BYTES);
      expect(await sizeOf(server, 'large', '.1')).toBeGreaterThan(0);

      await drainAll(server, store);
      // While the files are read both tables lose their end: one loses a whole file.
      const [full] = await Promise.all([backUp(server, store), cutOff(server)]);
      await drainAll(server, store);
      await comesBack(server, store);

      await server.query(FILL(ROWS, ROWS + 12_000));
      await server.query("INSERT INTO shrinking SELECT g, 'again' FROM generate_series(1, 1000) g");
      if (major === 18) await backUp(server, store, full);
      await drainAll(server, store);
      await comesBack(server, store);
    } finally {
      await server.stop();
    }
  },
);

async function cutOff(server: TestPostgres): Promise<void> {
  await server.query(`DELETE FROM large WHERE id > ${FILE_BYTES / 8192 - 3000}`);
  await server.query('VACUUM large');
  await server.query('DELETE FROM shrinking WHERE id > 500');
  await server.query('VACUUM shrinking');
}

async function comesBack(server: TestPostgres, store: ReturnType<typeof createDirectoryStore>): Promise<void> {
  const into = join(makeServerDirectory('restored'), 'here');
  const { started } = await restored({ store, to: { kind: 'latest' }, into });
  if ('notStarted' in started) throw new Error(started.notStarted);
  try {
    const url = `postgres://postgres:${testPasswords.superuser}@127.0.0.1:${started.server.port}/shop`;
    expect(await sumAt(url)).toBe(await sumAt(server.url));
  } finally {
    await started.server.stop('immediate');
  }
}
