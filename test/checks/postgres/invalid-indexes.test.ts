import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invalidIndexes } from '../../../src/checks/postgres/invalid-indexes.ts';
import type { Json } from '../../../src/core/json.ts';
import { ask, judged, onPostgres, sampleOf, until } from '../looking.ts';
import { versions, type AnyPostgres } from './structure.ts';

const index = (more: object = {}) => ({
  index: 'public.orders_at',
  table: 'public.orders',
  partitioned: false,
  isUnique: false,
  isReady: true,
  isLive: true,
  sizeBytes: 2048,
  constrains: false,
  ...more,
});
const sample = (indexes: object[], constraints: object[] = []) =>
  ({ indexes, moreIndexes: 0, constraints, moreConstraints: 0 }) as unknown as Json;

describe('invalid indexes', () => {
  it('are a warning with what they cost and how to get rid of them', () => {
    expect(judged(invalidIndexes, sample([index()]))).toMatchObject([
      {
        key: 'postgres.invalid-indexes:public.orders_at',
        severity: 'warning',
        sentence:
          'Index `public.orders_at` on `public.orders` is invalid: nobody builds it, no query uses it and every write keeps its 2 kB up to date.',
      },
    ]);
  });

  it('say what is different about a unique one, one of a constraint, a left-over copy, a partitioned one and a dropped one', () => {
    const next = (more: object) => judged(invalidIndexes, sample([index(more)]))[0];
    expect(next({ isUnique: true })?.sentence).toMatch(/^Unique index .*; duplicates may be in the table\.$/);
    expect(next({ constrains: true })?.next).toMatch(/^A constraint needs it: REINDEX/);
    expect(next({ index: 'public.orders_at_ccnew' })?.next).toContain(
      'DROP INDEX CONCURRENTLY public.orders_at_ccnew;',
    );
    expect(next({ partitioned: true })).toMatchObject({ severity: 'info', next: expect.stringMatching(/ATTACH/) });
    expect(next({ isLive: false })).toMatchObject({ severity: 'info' });
  });

  it('come with constraints that were never validated, as information', () => {
    const constraints = [{ table: 'public.orders', name: 'paid' }];
    expect(judged(invalidIndexes, sample([], constraints))).toMatchObject([
      {
        severity: 'info',
        sentence: 'Constraint `paid` of `public.orders` is NOT VALID: rows that were there before may break it.',
      },
    ]);
  });
});

describe.each(versions)('invalid indexes on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  const look = () => onPostgres(server, (target) => sampleOf(invalidIndexes, target));
  beforeAll(async () => {
    server = await start();
    await server.query('CREATE TABLE "Bestell 🐘" AS SELECT 1 AS id FROM generate_series(1, 3)');
  });
  afterAll(() => server.stop());

  it('are found when a build failed, and are told from one that is being built', async () => {
    const holder = await server.connect();
    await holder.query('BEGIN; LOCK TABLE "Bestell 🐘" IN ROW EXCLUSIVE MODE');
    const builder = await server.connect();
    const built = builder
      .query('CREATE UNIQUE INDEX CONCURRENTLY once ON "Bestell 🐘" (id)')
      .catch((thrown: Error) => thrown);
    const there = () => server.query("SELECT FROM pg_index WHERE indexrelid = to_regclass('once')");
    await until(there, (rows) => rows.length === 1);
    expect(await look()).toMatchObject({ indexes: [] });
    await holder.query('COMMIT');
    expect((await built) instanceof Error).toBe(true);
    expect(judged(invalidIndexes, await look())[0]?.sentence).toMatch(
      /^Unique index `public.once` on `public."Bestell 🐘"` is invalid/,
    );
    await Promise.all([holder.end(), builder.end()]);
    await server.query('DROP INDEX once');
    expect(await look()).toMatchObject({ indexes: [] });
  });

  it('come with constraints NOT VALID until they are validated, also under an exclusive lock', async () => {
    await server.query('ALTER TABLE "Bestell 🐘" ADD CONSTRAINT one CHECK (id = 1) NOT VALID');
    const locker = await server.connect();
    await locker.query('BEGIN; LOCK TABLE "Bestell 🐘"');
    expect(judged(invalidIndexes, await look())).toMatchObject([{ key: 'postgres.invalid-indexes:constraints' }]);
    await locker.end();
    await server.query('ALTER TABLE "Bestell 🐘" VALIDATE CONSTRAINT one');
    expect(judged(invalidIndexes, await look())).toEqual([]);
  });

  it('are not looked for by a role that cannot see who builds what', async () => {
    await server.query('REVOKE pg_monitor FROM nightshift_read');
    expect(await onPostgres(server, (target) => ask(invalidIndexes, target))).toHaveProperty('skipped');
    await server.query('GRANT pg_monitor TO nightshift_read');
  });
});
