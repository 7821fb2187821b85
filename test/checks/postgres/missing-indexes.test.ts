import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingIndexes } from '../../../src/checks/postgres/missing-indexes.ts';
import type { Json } from '../../../src/core/json.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { pretendSize, versions, type AnyPostgres } from './structure.ts';

const MIB = 1024 ** 2;
const key = (more: object = {}) => ({
  table: 'public.lines',
  constraint: 'lines_order_fkey',
  parent: 'public.orders',
  columns: 'order_id',
  deleted: 999,
  updated: 5,
  sizeBytes: 100 * MIB,
  fullScans: 999,
  ...more,
});
const sample = (...keys: object[]) => ({ keys, more: 0 }) as unknown as Json;

describe('missing indexes', () => {
  it('are told for a referencing table of 100 MB, and a warning at 1,000 deleted rows of the parent', () => {
    expect(judged(missingIndexes, sample(key({ sizeBytes: 100 * MIB - 1 })))).toEqual([]);
    expect(judged(missingIndexes, sample(key()))).toMatchObject([
      {
        key: 'postgres.missing-indexes:public.lines.lines_order_fkey',
        severity: 'info',
        sentence:
          'No index of `public.lines` (100 MB, told from 100 MB) begins with order_id, which references `public.orders`; 999 rows were deleted from it since statistics began (warning at 1,000 deleted).',
        next: 'At a quiet hour: CREATE INDEX CONCURRENTLY ON public.lines (order_id); It takes no lock that stops writes.',
      },
    ]);
    expect(judged(missingIndexes, sample(key({ deleted: 1000 })))[0]?.severity).toBe('warning');
    expect(judged(missingIndexes, sample(key({ deleted: 0, updated: 1e9 })))[0]?.severity).toBe('info');
  });
});

describe.each(versions)('missing indexes on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  const look = () => onPostgres(server, (target) => sampleOf(missingIndexes, target));
  const tables = async () => ((await look()) as { keys: { table: string }[] }).keys.map(({ table }) => table);
  beforeAll(async () => {
    server = await start();
    await server.query(`
      CREATE TABLE orders (a int, b int, PRIMARY KEY (a, b));
      INSERT INTO orders VALUES (1, 1), (2, 2);
      CREATE TABLE "Zeilen ✂️" (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES orders);
      CREATE TABLE turned (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES orders);
      CREATE INDEX ON turned (y, x, z);
      CREATE TABLE behind (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES orders);
      CREATE INDEX ON behind (x, z, y);
      CREATE TABLE partial (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES orders);
      CREATE INDEX ON partial (x, y) WHERE x IS NOT NULL;
      CREATE TABLE picky (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES orders);
      CREATE INDEX ON picky (x, y) WHERE z > 0;
      CREATE TABLE small (x int, y int, FOREIGN KEY (x, y) REFERENCES orders)`);
    for (const table of ['"Zeilen ✂️"', 'turned', 'behind', 'partial', 'picky'])
      await pretendSize(server, table, 200 * MIB);
  });
  afterAll(() => server.stop());

  it('are no matter while the parent keeps its rows', async () => {
    expect(await look()).toEqual({ keys: [], more: 0 });
  });

  it('are those that no index begins with, in any order of columns; a partial one counts when it leaves out only nulls', async () => {
    await server.query('DELETE FROM orders WHERE a = 2');
    const seen = await until(tables, (names) => names.length > 0);
    expect(seen.toSorted()).toEqual(['public."Zeilen ✂️"', 'public.behind', 'public.picky']);
  });

  it('are seen while the table is locked exclusively, and gone once there is an index', async () => {
    const locker = await server.connect();
    await locker.query('BEGIN; LOCK TABLE picky');
    expect(await tables()).toContain('public.picky');
    await locker.end();
    await server.query('CREATE INDEX ON picky (x, y)');
    await pretendSize(server, 'picky', 200 * MIB);
    expect(await tables()).not.toContain('public.picky');
  });
});
