import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BloatSample } from '../../../src/checks/postgres/bloat-sample.ts';
import { indexBloat } from '../../../src/checks/postgres/index-bloat.ts';
import type { Json } from '../../../src/core/json.ts';
import { ask, judged, onPostgres, sampleOf } from '../looking.ts';
import { versions, withoutDefiner, type AnyPostgres } from './structure.ts';

const GIB = 1024 ** 3;
const bloated = (sizeBytes: number, wasteRatio: number) => ({
  name: 'public.orders_pkey',
  sizeBytes,
  wasteBytes: sizeBytes * wasteRatio,
  wasteRatio,
  confidence: 'rough',
});
const sample = (...estimated: object[]) =>
  ({ database: 'shop', estimated, estimatedCount: 1, withheld: [], withheldCount: 0, more: 0 }) as unknown as Json;

describe('index bloat', () => {
  it('tells at 50 % and 100 MB, warns at 60 % and 10 GB, and stays silent below', () => {
    expect(judged(indexBloat, sample(bloated(GIB, 0.49)))).toEqual([]);
    expect(judged(indexBloat, sample(bloated(GIB / 16, 0.9)))).toEqual([]);
    expect(judged(indexBloat, sample(bloated(GIB, 0.5)))).toMatchObject([
      {
        key: 'postgres.index-bloat:public.orders_pkey',
        severity: 'info',
        sentence:
          'Index `public.orders_pkey` takes 1 GB and its entries need at most 512 MB: at least 50 % is bloat (rough estimate; told at 50 % and 100 MB).',
        next: 'At a quiet hour, with room for a second copy on the disk: REINDEX INDEX CONCURRENTLY public.orders_pkey;',
      },
    ]);
    expect(judged(indexBloat, sample(bloated(20 * GIB, 0.59)))[0]?.severity).toBe('info');
    expect(judged(indexBloat, sample(bloated(20 * GIB, 0.6)))[0]?.severity).toBe('warning');
  });
});

describe.each(versions)('index bloat on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  const look = () => onPostgres(server, (target) => sampleOf(indexBloat, target)) as Promise<BloatSample>;
  beforeAll(async () => {
    server = await start();
    await server.query(`CREATE TABLE events AS
      SELECT g AS id, md5(g::text) AS hash, g % 100 AS kind, ('n' || g)::name AS called FROM generate_series(1, 520000) g`);
    await server.query('ALTER TABLE events ADD PRIMARY KEY (id)');
    await server.query('CREATE INDEX "by Hash 🔑" ON events (hash, id)');
    await server.query('CREATE INDEX by_expression ON events (upper(hash))');
    await server.query('CREATE INDEX by_name ON events (called)');
    await server.query('VACUUM (ANALYZE) events');
  });
  afterAll(() => server.stop());

  it('says next to nothing of indexes that were built anew, whatever they are on, and withholds those on names', async () => {
    const { estimated, withheld } = await look();
    expect(estimated.map(({ name }) => name).toSorted()).toEqual([
      'public."by Hash 🔑"',
      'public.by_expression',
      'public.events_pkey',
    ]);
    for (const { name, wasteRatio } of estimated) expect(wasteRatio, name).toBeLessThan(0.06);
    expect(withheld).toEqual([{ name: 'public.by_name', reason: 'not every column has statistics' }]);
  });

  it('is skipped with the command that mends it where column statistics are hidden', async () => {
    const seen = await withoutDefiner(server, () => onPostgres(server, (target) => ask(indexBloat, target)));
    expect(seen).toEqual({
      skipped: expect.stringMatching(/^nightshift_read sees no column statistics of 1 of 1 large tables in \w+$/),
      fix: expect.stringMatching(/^As administrator: psql -d '\w+' -f infra\/migrations\/init-database\.sql$/),
    });
  });

  it('sees what the rows of a large deletion have left, and withholds its number once the statistics are old', async () => {
    await server.query('DELETE FROM events WHERE id % 4 <> 0');
    const stale = await onPostgres(server, (target) => ask(indexBloat, target));
    expect(stale).toEqual({
      unreliable: expect.stringMatching(/\(75 % of its rows changed .*, nor of 3 more: run ANALYZE/),
    });
    await server.query('VACUUM (ANALYZE) events');
    const { estimated } = await look();
    for (const { name, wasteRatio } of estimated) {
      expect(wasteRatio, name).toBeGreaterThan(0.7);
      expect(wasteRatio, name).toBeLessThan(0.8);
    }
  });

  it('never calls a deduplicated index bloated', async () => {
    await server.query('CREATE TABLE many AS SELECT g % 100 AS kind FROM generate_series(1, 1700000) g');
    await server.query('CREATE INDEX by_kind ON many (kind)');
    await server.query('ANALYZE many');
    const found = (await look()).estimated.find(({ name }) => name === 'public.by_kind');
    expect(found?.wasteBytes).toBe(0);
  });
});
