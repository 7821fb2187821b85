import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duplicateIndexes } from '../../../src/checks/postgres/duplicate-indexes.ts';
import type { Json } from '../../../src/core/json.ts';
import { judged, onPostgres, sampleOf } from '../looking.ts';
import { pretendSize, versions, type AnyPostgres } from './structure.ts';

const MIB = 1024 ** 2;
const covered = (sizeBytes: number, alike: boolean) =>
  ({
    indexes: [{ index: 'public.a', other: 'public.b', table: 'public.t', sizeBytes, alike }],
    more: 0,
  }) as unknown as Json;

describe('duplicate indexes', () => {
  it('are information from 100 MB on, and say whether one is the same or the beginning of the other', () => {
    expect(judged(duplicateIndexes, covered(100 * MIB - 1, true))).toEqual([]);
    expect(judged(duplicateIndexes, covered(100 * MIB, true))).toMatchObject([
      {
        key: 'postgres.duplicate-indexes:public.a',
        severity: 'info',
        sentence: 'Index `public.a` on `public.t` (100 MB, told from 100 MB) is the same as `public.b`.',
      },
    ]);
    expect(judged(duplicateIndexes, covered(1024 * MIB, false))[0]?.sentence).toContain(
      'is the beginning of `public.b`, which can do its work.',
    );
  });
});

/** Each index by itself is or is not superfluous beside those above it in its own group. */
const INDEXES = `
  CREATE TABLE t (a int, b int, c text, d text, e int, f int, g int UNIQUE, h int PRIMARY KEY, j jsonb);
  CREATE INDEX a_b ON t (a, b);
  CREATE INDEX a_prefix ON t (a);
  CREATE INDEX a_descending ON t (a DESC);
  CREATE INDEX a_partial ON t (a) WHERE b > 0;
  CREATE INDEX a_hash ON t USING hash (a);
  CREATE UNIQUE INDEX a_unique ON t (a);
  CREATE INDEX a_including_e ON t (a) INCLUDE (e);
  CREATE INDEX c_plain ON t (c);
  CREATE INDEX c_pattern ON t (c text_pattern_ops);
  CREATE INDEX c_collated ON t (c COLLATE "POSIX");
  CREATE INDEX "c again 🔑" ON t (c);
  CREATE INDEX d_lower ON t (lower(d));
  CREATE  INDEX   d_lower_again ON t (  lower(d));
  CREATE INDEX d_upper ON t (upper(d));
  CREATE INDEX e_partial ON t (e) WHERE f > 1;
  CREATE INDEX   e_partial_again ON t (e)   WHERE f > 1;
  CREATE INDEX e_partial_other ON t (e) WHERE f > 2;
  CREATE INDEX g_plain ON t (g);
  CREATE UNIQUE INDEX h_unique ON t (h);
  CREATE INDEX f_including_e ON t (f) INCLUDE (e);
  CREATE INDEX f_g ON t (f, g);
  CREATE INDEX j_gin ON t USING gin (j);
  CREATE INDEX j_path ON t USING gin (j jsonb_path_ops)`;

describe.each(versions)('duplicate indexes on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  const found = async () => {
    const seen = await onPostgres(server, (target) => sampleOf(duplicateIndexes, target));
    return (seen as { indexes: { index: string; other: string }[] }).indexes.map(
      ({ index, other }) => `${index.slice('public.'.length)} < ${other.slice('public.'.length)}`,
    );
  };
  beforeAll(async () => {
    server = await start();
    await server.query(INDEXES);
    expect(await found()).toEqual([]);
    const names = await server.query<{ name: string }>(
      "SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace",
    );
    for (const { name } of names) await pretendSize(server, name, 200 * MIB);
  });
  afterAll(() => server.stop());

  it('respect operator class, collation, order, predicate, expression, method, included columns and uniqueness', async () => {
    expect((await found()).toSorted()).toEqual([
      '"c again 🔑" < c_plain',
      'a_prefix < a_unique',
      'd_lower_again < d_lower',
      'e_partial_again < e_partial',
      'g_plain < t_g_key',
      'h_unique < t_pkey',
    ]);
  });

  it('are found while the table is locked exclusively', async () => {
    const locker = await server.connect();
    await locker.query('BEGIN; LOCK TABLE t');
    expect(await found()).toHaveLength(6);
    await locker.end();
  });
});
