import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statistics } from '../../../src/checks/postgres/statistics.ts';
import type { Json } from '../../../src/core/json.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { pretendSize, versions, type AnyPostgres } from './structure.ts';

const table = (more: object = {}) => ({
  table: 'public.events',
  rows: 1_000_000,
  liveRows: 1_000_000,
  changedRows: 0,
  analyzedSecondsAgo: 86_400,
  analyzeRuns: false,
  switchedOff: false,
  ...more,
});
const sample = (...tables: object[]) => ({ tables, looked: tables.length, more: 0 }) as unknown as Json;

describe('statistics', () => {
  it('warn when half of the rows, and 100,000, changed in the day since the table was analysed', () => {
    expect(judged(statistics, sample(table({ changedRows: 499_999 })))).toEqual([]);
    expect(judged(statistics, sample(table({ changedRows: 500_000, analyzedSecondsAgo: 86_399 })))).toEqual([]);
    expect(judged(statistics, sample(table({ rows: 1000, changedRows: 99_999 })))).toEqual([]);
    expect(judged(statistics, sample(table({ changedRows: 500_000 })))).toMatchObject([
      {
        key: 'postgres.statistics:public.events',
        severity: 'warning',
        sentence:
          '500,000 rows of `public.events` (50 % of what the planner knows, warning at 50 % after 1 d) changed since it was analysed 1 d ago.',
        next: 'ANALYZE public.events; It reads a sample and blocks nobody.',
      },
    ]);
  });

  it('only inform while ANALYZE runs, or when nobody knows how long autovacuum had', () => {
    const one = { changedRows: 900_000, analyzeRuns: true };
    expect(judged(statistics, sample(table(one)))).toMatchObject([{ severity: 'info', next: 'Let it finish.' }]);
    expect(
      judged(statistics, sample(table({ ...one, analyzeRuns: false, analyzedSecondsAgo: null })))[0]?.severity,
    ).toBe('info');
  });

  it('inform of a table that was just loaded, and warn when an hour later it is still not analysed', () => {
    const loaded = sample(table({ rows: -1, liveRows: 100_000, analyzedSecondsAgo: null, switchedOff: true }));
    expect(judged(statistics, sample(table({ rows: -1, liveRows: 99_999 })))).toEqual([]);
    expect(judged(statistics, loaded)).toMatchObject([
      {
        severity: 'info',
        sentence:
          'Table `public.events` has 100,000 rows and was never analysed; autovacuum is switched off for it (told from 100,000 rows).',
      },
    ]);
    const later = (secondsAgo: number) => judged(statistics, loaded, { before: { sample: loaded, secondsAgo } })[0];
    expect(later(3599)?.severity).toBe('info');
    expect(later(3600)).toMatchObject({ severity: 'warning', sentence: expect.stringContaining(' for 1 h at least;') });
  });
});

describe.each(versions)('statistics on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  const look = () => onPostgres(server, (target) => sampleOf(statistics, target));
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('see a table that was loaded and not analysed, by its rows: it has no size in the catalogue yet', async () => {
    await server.query(
      'CREATE TABLE "neu 🐘" WITH (autovacuum_enabled = off) AS SELECT generate_series(1, 120000) AS id',
    );
    await server.query('CREATE TABLE tiny AS SELECT generate_series(1, 1000) AS id');
    const seen = await until(look, (now) => JSON.stringify(now).includes('neu'));
    expect(seen).toMatchObject({
      tables: [{ table: 'public."neu 🐘"', rows: -1, liveRows: 120_000, switchedOff: true, analyzeRuns: false }],
      looked: 1,
    });
    expect(judged(statistics, seen)).toHaveLength(1);
  });

  it('see how much changed since ANALYZE, also while the table is locked exclusively', async () => {
    await server.query('ANALYZE "neu 🐘"');
    await pretendSize(server, '"neu 🐘"', 50 * 1024 ** 2);
    expect(await look()).toMatchObject({ tables: [] });
    await server.query('DELETE FROM "neu 🐘" WHERE id <= 110000');
    const locker = await server.connect();
    await locker.query('BEGIN; LOCK TABLE "neu 🐘"');
    const seen = await until(look, (now) => JSON.stringify(now).includes('neu'));
    expect(seen).toMatchObject({
      tables: [{ rows: 120_000, changedRows: 110_000, analyzedSecondsAgo: expect.any(Number) }],
    });
    expect(judged(statistics, seen, { limits: { warningSeconds: 0 } })[0]?.severity).toBe('warning');
    await locker.end();
  });
});
