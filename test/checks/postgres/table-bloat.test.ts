import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableBloat as estimateOf } from '../../../src/checks/postgres/bloat-estimate.ts';
import type { BloatSample } from '../../../src/checks/postgres/bloat-sample.ts';
import { tableBloat } from '../../../src/checks/postgres/table-bloat.ts';
import type { Json } from '../../../src/core/json.ts';
import { ask, judged, onPostgres, sampleOf } from '../looking.ts';
import { versions, withoutDefiner, type AnyPostgres } from './structure.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const bloated = (sizeBytes: number, wasteRatio: number) => ({
  name: 'public.orders',
  sizeBytes,
  wasteBytes: sizeBytes * wasteRatio,
  wasteRatio,
  confidence: 'good',
});
const sample = (estimated: object[], more: object = {}) =>
  ({
    database: 'shop',
    estimated,
    estimatedCount: estimated.length,
    withheld: [],
    withheldCount: 0,
    more: 0,
    ...more,
  }) as unknown as Json;

describe('table bloat', () => {
  it('stays silent below 100 MB of table, 40 % or 100 MB of waste', () => {
    expect(judged(tableBloat, sample([bloated(99 * MIB, 0.9)]))).toEqual([]);
    expect(judged(tableBloat, sample([bloated(GIB, 0.39)]))).toEqual([]);
    expect(judged(tableBloat, sample([bloated(200 * MIB, 0.45)]))).toEqual([]);
  });

  it('tells at 40 % and 100 MB, and warns at 50 % and 10 GB', () => {
    expect(judged(tableBloat, sample([bloated(GIB, 0.4)]))).toMatchObject([
      {
        key: 'postgres.table-bloat:public.orders',
        severity: 'info',
        sentence:
          'Table `public.orders` takes 1 GB and its rows need 614 MB: about 40 % is bloat (good estimate; told at 40 % and 100 MB).',
      },
    ]);
    expect(judged(tableBloat, sample([bloated(20 * GIB, 0.49)]))[0]?.severity).toBe('info');
    expect(judged(tableBloat, sample([bloated(20 * GIB, 0.5)]))[0]?.severity).toBe('warning');
  });

  it('says what could not be estimated, and what was too small to be looked at', () => {
    const read = sample([bloated(GIB, 0.1)], {
      withheld: [{ name: 'public.events', reason: 'never analysed' }],
      withheldCount: 1,
      more: 7,
    });
    expect(tableBloat.facts({ read })[0]?.value).toBe(
      '102 MB in the 1 largest; 1 not estimable (public.events: never analysed); 7 smaller ones not looked at',
    );
  });

  it('knows what a row takes: header, null bitmap, padding and line pointer', () => {
    const column = (length: number, alignment: string, widthBytes: number, nullRatio = 0) => ({
      relation: 1,
      length,
      alignment,
      widthBytes,
      nullRatio,
    });
    const full = (perPage: number) => ({
      sizeBytes: 1000 * 8192,
      rows: 1000 * perPage,
      fillRatio: 1,
      blockBytes: 8192,
    });
    // 24 header + 4 + 4 padding + 8 + 4 pointer = 44; a page holds 185 of those.
    expect(estimateOf(full(185), [column(4, 'i', 4), column(8, 'd', 8)]).wasteBytes).toBe(0);
    expect(estimateOf(full(185), [column(8, 'd', 8), column(4, 'i', 4)]).wasteBytes).toBe(0);
    // Behind four bytes nothing is padded: 24 + 8 + 4.
    expect(estimateOf(full(226), [column(4, 'i', 4), column(4, 'i', 4)]).wasteBytes).toBe(0);
    expect(estimateOf(full(113), [column(4, 'i', 4), column(4, 'i', 4)]).wasteRatio).toBe(0.5);
  });
});

/** Every kind of column, with nulls. */
const TABLE = `
  CREATE TABLE NAME AS SELECT g AS id, g % 7 = 0 AS flag, now() AS at, md5(g::text) AS text, (g % 100)::smallint AS small,
    CASE WHEN g % 3 = 0 THEN g::numeric / 7 END AS amount, repeat('x', g % 50) AS filler FROM generate_series(1, 150000) g`;

describe.each(versions)('table bloat on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  const look = () => onPostgres(server, (target) => sampleOf(tableBloat, target)) as Promise<BloatSample>;
  beforeAll(async () => {
    server = await start();
    await server.query('CREATE EXTENSION pgstattuple');
    await server.query(TABLE.replace('NAME', '"Söme table"'));
    await server.query(TABLE.replace('NAME', 'hollow'));
    await server.query('DELETE FROM hollow WHERE id % 5 <> 0');
    await server.query('VACUUM (ANALYZE) "Söme table", hollow');
  });
  afterAll(() => server.stop());

  it('comes within 5 points of what pgstattuple counts, for a full table and for a hollow one', async () => {
    const { estimated } = await look();
    expect(estimated.map(({ name, confidence }) => [name, confidence])).toEqual([
      ['public.hollow', 'good'],
      ['public."Söme table"', 'good'],
    ]);
    for (const { name, wasteRatio } of estimated) {
      const [truth] = await server.query<{ ratio: number }>(
        'SELECT (free_percent / 100)::float8 AS ratio FROM pgstattuple($1::text)',
        [name],
      );
      expect(Math.abs(wasteRatio - (truth?.ratio ?? 9)), name).toBeLessThan(0.05);
    }
  });

  it('withholds the number of a table that changed since it was analysed, and of one that never was', async () => {
    await server.query('CREATE TABLE fresh AS TABLE hollow');
    await server.query('INSERT INTO fresh SELECT hollow.* FROM hollow, generate_series(1, 4)');
    await server.query('DELETE FROM "Söme table" WHERE id % 2 = 0');
    const { estimated, withheld, withheldCount } = await look();
    expect(estimated.map(({ name }) => name)).toEqual(['public.hollow']);
    expect(withheldCount).toBe(2);
    expect(withheld).toContainEqual({ name: 'public.fresh', reason: 'never analysed' });
    expect(withheld).toContainEqual({
      name: 'public."Söme table"',
      reason: expect.stringMatching(/^50 % of its rows changed since it was analysed \d+ s ago$/),
    });
  });

  it('is skipped with the command that mends it where column statistics are hidden', async () => {
    const seen = await withoutDefiner(server, () => onPostgres(server, (target) => ask(tableBloat, target)));
    expect(seen).toEqual({
      skipped: expect.stringMatching(/^nightshift_read sees no column statistics of 3 of 3 large tables in \w+$/),
      fix: expect.stringMatching(/^As administrator: psql -d '\w+' -f infra\/migrations\/init-database\.sql$/),
    });
  });

  it('needs no function where the role may read the tables, and answers the same', async () => {
    const usual = await look();
    await server.query('GRANT pg_read_all_data TO nightshift_read');
    expect((await withoutDefiner(server, look)).estimated).toEqual(usual.estimated);
    await server.query('REVOKE pg_read_all_data FROM nightshift_read');
  });

  it('is unreliable, not healthy, when nothing can be estimated', async () => {
    await server.query('DROP TABLE hollow, "Söme table"');
    expect(await onPostgres(server, (target) => ask(tableBloat, target))).toEqual({
      unreliable: 'no estimate of table public.fresh (never analysed): run ANALYZE on it',
    });
  });

  it('does not wait for a table under an exclusive lock', async () => {
    await server.query('ANALYZE fresh');
    const locker = await server.connect();
    await locker.query('BEGIN; LOCK TABLE fresh IN ACCESS EXCLUSIVE MODE');
    expect((await look()).estimatedCount).toBe(1);
    await locker.end();
  });
});
