import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conflicts } from '../../../src/checks/postgres/conflicts.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { ask, judged, onPostgres, sampleOf, until } from '../looking.ts';

const sample = (more: object = {}) => ({
  replicas: [
    {
      name: 'shop-db-2',
      snapshot: 100,
      lock: 7,
      bufferPin: 0,
      deadlock: 0,
      tablespace: 0,
      logicalSlot: 0,
      resetAt: null,
      ...more,
    },
  ],
  silent: [],
});
const since = (secondsAgo: number, now: object) =>
  judged(conflicts, sample(now), { before: { sample: sample(), secondsAgo } });

describe('conflicts', () => {
  it('of all time are no finding, nor are those across a reset', () => {
    expect(judged(conflicts, sample())).toEqual([]);
    expect(since(60, {})).toEqual([]);
    expect(since(60, { snapshot: 9000, resetAt: '2026-01-01T00:00:00Z' })).toEqual([]);
  });

  it('are told with their reason, and warned of from 20 an hour and five on', () => {
    expect(since(60, { lock: 11 })[0]?.severity).toBe('info');
    expect(since(3600, { lock: 26 })[0]?.severity).toBe('info');
    expect(since(3600, { snapshot: 119, lock: 8 })).toMatchObject([
      {
        key: 'postgres.conflicts:shop-db-2',
        severity: 'warning',
        sentence:
          'shop-db-2 cancelled 20 queries in the last 1 h (warning at 20 an hour), 19 times because vacuum on the primary removed rows that they still needed.',
      },
    ]);
  });
});

describe('conflicts of a real pair', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({
      replica: true,
      settings: { max_standby_streaming_delay: '0', autovacuum: 'off' },
    });
    await server.query('CREATE TABLE jobs AS SELECT g AS id FROM generate_series(1, 1000) g');
  });
  afterAll(() => server.stop());

  it('are counted on the replica when vacuum removes what a query there still sees', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(conflicts, target));
    const first = await look();
    const reader = await server.replica?.connect('reports');
    await until(
      async () => reader?.query("SELECT 1 FROM pg_class WHERE relname = 'jobs'"),
      (seen) => seen?.rowCount === 1,
    );
    await reader?.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader?.query('SELECT count(*) FROM jobs');
    await server.query('DELETE FROM jobs');
    await server.query('VACUUM jobs');
    const find = (now: Awaited<typeof first>) => judged(conflicts, now, { before: { sample: first, secondsAgo: 60 } });
    const [finding] = find(await until(look, (now) => find(now).length > 0));
    expect(finding?.sentence).toMatch(/^shop-db-2 cancelled 1 query .* because vacuum on the primary removed rows/);
    await reader?.end();
  });

  it('are unreliable, not none, when no replica answers', async () => {
    await server.replica?.stop();
    expect(await onPostgres(server, (target) => ask(conflicts, target))).toEqual({
      unreliable: 'no replica answered (shop-db-2)',
    });
  });
});
