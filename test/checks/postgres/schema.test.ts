import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../../src/checks/postgres/schema.ts';
import type { Relation, SchemaSample } from '../../../src/checks/postgres/schema-changes.ts';
import type { Json } from '../../../src/core/json.ts';
import { ask, changed, onPostgres, sampleOf } from '../looking.ts';
import { versions, type AnyPostgres } from './structure.ts';

const sentences = (good: Json, now: Json) =>
  changed(schema, { sample: good }, { sample: now }).map(({ sentence }) => sentence);

/** A large database: the youngest from `from` on, and some of the largest. */
const large = (relations: readonly Relation[], more: Partial<SchemaSample> = {}) =>
  ({
    total: 10_000,
    schemas: [{ schema: 'public', tables: 4000, indexes: 6000, columns: 40_000 }],
    relations,
    completeFrom: 50_000,
    ...more,
  }) as unknown as Json;
const young: Relation = [60_000, 'public', 'young', 3, null, 0];
const big: Relation = [20_000, 'public', 'orders_by_customer', null, 'orders', 9000];
const bigger: Relation = [20_001, 'public', 'orders_by_day', null, 'orders', 9900];
const fewerIndexes = { total: 9999, schemas: [{ schema: 'public', tables: 4000, indexes: 5999, columns: 40_000 }] };

describe('the schema of a large database', () => {
  it('names a large index that is gone where the counts say that one is', () => {
    expect(sentences(large([young, bigger, big]), large([young, bigger], fewerIndexes))).toEqual([
      'index `public.orders_by_customer` on `orders` was dropped',
    ]);
  });

  it('does not call gone what was only overtaken by larger ones', () => {
    expect(sentences(large([young, bigger, big]), large([young, bigger]))).toEqual([]);
  });

  it('only counts where it cannot tell which one it was', () => {
    expect(sentences(large([young, bigger, big]), large([young], fewerIndexes))).toEqual([
      '1 table or index fewer, too old and small to be named',
    ]);
  });

  it('tells many new tables in one line', () => {
    const parts = Array.from({ length: 12 }, (_, n): Relation => [60_012 - n, 'public', `part_${n}`, 3, null, 0]);
    expect(sentences(large([young]), large([...parts, young], { total: 10_012 }))).toEqual([
      '12 tables are new: `public.part_0`, `public.part_1`, `public.part_2` and 9 more',
    ]);
  });
});

describe.each(versions)('the schema of PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  const look = () => onPostgres(server, (target) => sampleOf(schema, target));
  beforeAll(async () => {
    server = await start();
    await server.query('CREATE TABLE orders (id int PRIMARY KEY, customer int, note text)');
    await server.query('CREATE INDEX orders_by_customer ON orders (customer)');
    await server.query('CREATE TABLE "Bestell 🐘" (id int PRIMARY KEY)');
    await server.query('CREATE VIEW all_orders AS SELECT id FROM orders');
  });
  afterAll(() => server.stop());

  it('counts tables, indexes and columns of each schema, without the catalogue', async () => {
    const seen = (await look()) as unknown as SchemaSample;
    expect(seen.schemas).toContainEqual({ schema: 'public', tables: 2, indexes: 3, columns: 4 });
    expect(seen.schemas.map((one) => one.schema)).not.toContain('pg_catalog');
    expect(seen.completeFrom).toBe(0);
  });

  it('is not otherwise where nothing was done', async () => {
    expect(sentences(await look(), await look())).toEqual([]);
  });

  it('calls an index that was built anew under its name neither dropped nor new', async () => {
    const good = await look();
    await server.query('REINDEX INDEX CONCURRENTLY orders_by_customer');
    expect(sentences(good, await look())).toEqual(['index `public.orders_by_customer` on `orders` was built again']);
  });

  it('names what was dropped, what is new and which columns came and went, with no more than one line for a table', async () => {
    const good = await look();
    await server.query('DROP INDEX orders_by_customer');
    await server.query('DROP TABLE "Bestell 🐘"');
    await server.query('CREATE TABLE parcels (id int PRIMARY KEY, at timestamptz)');
    await server.query('CREATE INDEX orders_by_note ON orders (note)');
    await server.query('ALTER TABLE orders DROP COLUMN customer');
    expect(sentences(good, await look())).toEqual([
      'index `public.orders_by_customer` on `orders` was dropped',
      'table `public."Bestell 🐘"` was dropped',
      'index `public.orders_by_note` on `orders` is new',
      'table `public.parcels` is new, with 2 columns',
      'table `public.orders` has 2 columns instead of 3',
    ]);
  });

  it('waits for nobody who holds a table', async () => {
    const holder = await server.connect();
    await holder.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    expect(await onPostgres(server, (target) => ask(schema, target))).toHaveProperty('sample');
    await holder.end();
  });

  it('stays small where there are many tables', async () => {
    await server.query(
      `DO $$ BEGIN FOR n IN 1..300 LOOP
         EXECUTE format('CREATE TABLE a_table_with_a_rather_long_name_%s (id int PRIMARY KEY, at timestamptz)', n);
       END LOOP; END $$`,
    );
    const seen = await look();
    expect(JSON.stringify(seen).length).toBeLessThan(10_000);
    const { relations, total } = seen as unknown as SchemaSample;
    expect(total).toBeGreaterThan(600);
    expect(relations.length).toBeLessThanOrEqual(100);
  });
});
