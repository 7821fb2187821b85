import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unusedIndexes } from '../../../src/checks/postgres/unused-indexes.ts';
import type { Json } from '../../../src/core/json.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { ask, judged, onPostgres, sampleOf, until } from '../looking.ts';
import { pretendSize, versions, type AnyPostgres } from './structure.ts';

const MIB = 1024 ** 2;
const DAY = 86_400;
const unused = (sizeBytes: number, countedSeconds: number | null, members = ['shop-db-1']) =>
  ({
    indexes: [{ index: 'public.a', table: 'public.t', sizeBytes }],
    more: 0,
    countedSeconds,
    members,
  }) as unknown as Json;

describe('unused indexes', () => {
  it('are information from 100 MB and 30 d of counting on, and nothing before', () => {
    expect(judged(unusedIndexes, unused(100 * MIB - 1, 99 * DAY))).toEqual([]);
    expect(judged(unusedIndexes, unused(100 * MIB, 30 * DAY - 1))).toEqual([]);
    expect(judged(unusedIndexes, unused(100 * MIB, null))).toEqual([]);
    expect(judged(unusedIndexes, unused(100 * MIB, 30 * DAY))).toMatchObject([
      {
        key: 'postgres.unused-indexes:public.a',
        severity: 'info',
        sentence:
          'Index `public.a` on `public.t` (100 MB) was not scanned here in the 30 d since statistics began (told from 100 MB and 30 d).',
      },
    ]);
    const [finding] = judged(unusedIndexes, unused(100 * MIB, 30 * DAY, ['a', 'b', 'c']));
    expect(finding?.sentence).toContain('was not scanned on any of 3 members in the');
  });
});

const INDEXES = `
  CREATE TABLE parent (id int PRIMARY KEY);
  CREATE TABLE t (a int, b int, p int REFERENCES parent, u int UNIQUE, r int NOT NULL, x int4range, EXCLUDE USING gist (x WITH &&));
  CREATE INDEX "never 🔑" ON t (a);
  CREATE INDEX scanned ON t (b);
  CREATE INDEX for_parent ON t (p, a);
  CREATE UNIQUE INDEX identity ON t (r);
  ALTER TABLE t REPLICA IDENTITY USING INDEX identity;
  CREATE TABLE split (a int) PARTITION BY RANGE (a);
  CREATE TABLE split_1 PARTITION OF split FOR VALUES FROM (0) TO (9);
  CREATE INDEX ON split (a)`;

async function make(server: AnyPostgres): Promise<void> {
  await server.query(INDEXES);
  const names = await server.query<{ name: string }>(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace",
  );
  for (const { name } of names) await pretendSize(server, name, 200 * MIB);
}

const FORCED = 'SET enable_seqscan = off; SELECT FROM t WHERE';
const indexesIn = (seen: Json) => (seen as { indexes: { index: string }[] }).indexes.map(({ index }) => index);

describe.each(versions)('unused indexes on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
    await make(server);
  });
  afterAll(() => server.stop());

  it('are never those that guard, identify, serve a parent or belong to a partitioned one, and no longer those that were scanned', async () => {
    await server.query(`${FORCED} b = 1`);
    const look = () => onPostgres(server, (target) => sampleOf(unusedIndexes, target));
    const seen = await until(look, (now) => indexesIn(now).length === 1);
    expect(seen).toMatchObject({ indexes: [{ index: 'public."never 🔑"', table: 'public.t' }] });
    const { countedSeconds } = seen as { countedSeconds: number };
    expect(countedSeconds).toBeGreaterThan(0);
    expect(countedSeconds).toBeLessThan(3600);
  });

  it('know that counting began anew', async () => {
    const counted = async () => {
      const seen = await onPostgres(server, (target) => sampleOf(unusedIndexes, target));
      return (seen as { countedSeconds: number }).countedSeconds;
    };
    const before = await counted();
    const anew = async () => {
      await server.query('SELECT pg_stat_reset()');
      return counted();
    };
    // A look that takes longer than was counted before is made again.
    expect(await until(anew, (seconds) => seconds < before)).toBeLessThan(before);
  });
});

describe('unused indexes of a primary with a standby', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ replica: true, settings: { autovacuum: 'off' } });
    await make(server);
  });
  afterAll(() => server.stop());
  const look = () => onPostgres(server, (target) => ask(unusedIndexes, target));

  it('are not those that only the standby uses', async () => {
    const replica = server.replica!;
    await until(
      () => replica.query("SELECT FROM pg_class WHERE relname = 'split_1_a_idx'"),
      (rows) => rows.length === 1,
    );
    expect(await look()).toMatchObject({
      sample: { members: ['shop-db-1', 'shop-db-2'], indexes: [{}, {}], countedSeconds: expect.any(Number) },
    });
    await replica.query(`${FORCED} b = 1`);
    const seen = await until(look, (now) => 'sample' in now && indexesIn(now.sample).length === 1);
    expect(seen).toMatchObject({ sample: { indexes: [{ index: 'public."never 🔑"' }] } });
  });

  it('are not told while a standby does not answer', async () => {
    await server.replica!.stop();
    expect(await look()).toEqual({
      unreliable: '2 indexes had no scan on shop-db-1, and shop-db-2, which may use them, did not answer',
    });
  });
});
