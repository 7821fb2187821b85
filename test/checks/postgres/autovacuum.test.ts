import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autovacuum } from '../../../src/checks/postgres/autovacuum.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';

const table = (dead: number, live: number, more: object = {}) => ({
  table: 'public.orders',
  dead,
  live,
  vacuumedSecondsAgo: 60,
  vacuumRuns: false,
  enabled: true,
  trigger: 50,
  ...more,
});
const sample = (tables: object[], more: object = {}) =>
  ({
    database: 'shop',
    enabled: true,
    workersMost: 3,
    workers: 0,
    queue: tables.length,
    tables,
    heldUp: [],
    ...more,
  }) as never;

describe('autovacuum', () => {
  it('stays silent below 100,000 dead rows or 20 %', () => {
    expect(judged(autovacuum, sample([table(99_999, 0)]))).toEqual([]);
    expect(judged(autovacuum, sample([table(100_000, 400_001)]))).toEqual([]);
  });

  it('warns at 100,000 dead rows and 20 %', () => {
    expect(judged(autovacuum, sample([table(100_000, 400_000)]))[0]).toMatchObject({
      key: 'postgres.autovacuum:public.orders',
      severity: 'warning',
      sentence:
        'Table `public.orders` has 100,000 dead rows (20 %, limit 100,000 rows and 20 %), last vacuumed 1 min ago.',
    });
  });

  it('warns about a table that waits for more than a day, whatever its ratio', () => {
    expect(judged(autovacuum, sample([table(100_000, 9e6, { vacuumedSecondsAgo: 86_400 })]))).toHaveLength(1);
  });

  it('only informs while a vacuum works on the table', () => {
    expect(judged(autovacuum, sample([table(900_000, 1, { vacuumRuns: true })]))[0]?.severity).toBe('info');
  });

  it('warns when a worker waits for five minutes, and says behind whom', () => {
    const held = (waitSeconds: number, more: object = {}) =>
      sample([], {
        heldUp: [
          {
            pid: 9,
            table: 'public.orders',
            waitsFor: 'Lock',
            againstWraparound: true,
            blockers: [7],
            waitSeconds,
            ...more,
          },
        ],
      });
    expect(judged(autovacuum, held(299))).toEqual([]);
    expect(judged(autovacuum, held(300))).toMatchObject([
      {
        key: 'postgres.autovacuum:public.orders:held-up',
        severity: 'warning',
        sentence:
          'An autovacuum worker against wraparound waits on table `public.orders` for 5 min (limit 5 min), behind pid 7.',
      },
    ]);
    const pinned = held(600, { waitsFor: 'BufferPin', againstWraparound: false, blockers: [] });
    expect(judged(autovacuum, pinned)[0]?.sentence).toContain('because a session holds a page of it');
  });

  it('warns when it is switched off, and when all workers are busy with five tables waiting for each', () => {
    expect(judged(autovacuum, sample([], { enabled: false }))[0]?.key).toBe('postgres.autovacuum:off');
    expect(judged(autovacuum, sample([], { workers: 3, queue: 15 }))).toEqual([]);
    expect(judged(autovacuum, sample([], { workers: 3, queue: 16 }))[0]?.key).toBe('postgres.autovacuum:workers');
  });
});

describe('autovacuum of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ settings: { autovacuum: 'off' } });
  });
  afterAll(() => server.stop());

  it('finds the tables past their own trigger, also while one is locked exclusively', async () => {
    // Statements of a session reach the statistics when it ends at the latest.
    await server.query('CREATE TABLE busy AS SELECT generate_series(1, 5000) AS id');
    await server.query('CREATE TABLE patient WITH (autovacuum_vacuum_threshold = 90000) AS TABLE busy');
    for (const name of ['busy', 'patient']) await server.query(`DELETE FROM ${name} WHERE id <= 4000`);
    const locker = await server.connect('migration');
    await locker.query('BEGIN; LOCK TABLE busy IN ACCESS EXCLUSIVE MODE');
    const look = () => onPostgres(server, (target) => sampleOf(autovacuum, target));
    const seen = await until(look, (now) => JSON.stringify(now).includes('public.busy'));
    expect(seen).toMatchObject({ queue: 1, tables: [{ table: 'public.busy', dead: 4000, vacuumedSecondsAgo: null }] });
    const keys = judged(autovacuum, seen, { limits: { deadRows: 1000 } }).map(({ key }) => key);
    expect(keys).toEqual(['postgres.autovacuum:off', 'postgres.autovacuum:public.busy']);
    await locker.query('ROLLBACK');
    await server.query('VACUUM busy');
    await until(look, (now) => !JSON.stringify(now).includes('public.busy'));
    await locker.end();
  });

  it('says of a table what pg_stat_user_tables says, and nothing of the catalogue', async () => {
    await server.query('CREATE TABLE swept AS SELECT generate_series(1, 3000) AS id');
    await server.query('VACUUM swept');
    await server.query('DELETE FROM swept WHERE id <= 2000');
    await server.query('UPDATE pg_description SET description = description');
    const look = () => onPostgres(server, (target) => sampleOf(autovacuum, target));
    const seen = await until(look, (now) => JSON.stringify(now).includes('public.swept'));
    const [viewed] = await server.query(
      "SELECT n_dead_tup::int AS dead, n_live_tup::int AS live FROM pg_stat_user_tables WHERE relname = 'swept'",
    );
    expect(viewed).toEqual({ dead: 2000, live: 1000 });
    expect(seen).toMatchObject({
      queue: 1,
      tables: [{ table: 'public.swept', ...viewed, vacuumedSecondsAgo: expect.any(Number), vacuumRuns: false }],
    });
  });
});

describe('an autovacuum worker of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({
      settings: { autovacuum_naptime: '1s', autovacuum_freeze_max_age: '100000', autovacuum_vacuum_cost_delay: '0' },
    });
  });
  afterAll(() => server.stop());

  it('against wraparound that waits for a lock is found, with who holds it and who it is', async () => {
    await server.query('CREATE TABLE aged AS SELECT 1 AS id');
    const locker = await server.connect('migration');
    await locker.query('BEGIN; LOCK TABLE aged IN ACCESS EXCLUSIVE MODE');
    const [own] = (await locker.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    // Each subtransaction with a write takes a transaction id: past the age at which a worker has to come.
    await server.query(`CREATE TABLE ids (x int);
      DO $$ BEGIN FOR i IN 1..110000 LOOP BEGIN INSERT INTO ids VALUES (i); EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END $$`);
    const look = () => onPostgres(server, (target) => sampleOf(autovacuum, target));
    const find = (now: Awaited<ReturnType<typeof look>>) =>
      judged(autovacuum, now, { limits: { heldUpSeconds: 0 } }).filter(({ key }) => key.endsWith('aged:held-up'));
    const [finding] = find(await until(look, (now) => find(now).length > 0));
    expect(finding?.sentence).toMatch(
      new RegExp(`^An autovacuum worker against wraparound waits on table .public.aged. .* behind pid ${own?.pid}\\.$`),
    );
    await locker.end();
  });
});
