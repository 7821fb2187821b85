import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statements } from '../../../src/checks/postgres/statements.ts';
import type { Statement, StatementSample } from '../../../src/checks/postgres/statement-changes.ts';
import type { Json } from '../../../src/core/json.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { installedMajors } from '../../servers/postgres-majors.ts';
import { ask, changed, onPostgres, sampleOf, until, type ComparedSample } from '../looking.ts';

const reset = '2026-11-01T00:00:00.000Z';
const at = '2026-11-24T03:00:00.000Z';
const select = (more: Partial<Statement> = {}): Statement => ({
  id: '1',
  database: 'shop',
  calls: 1000,
  totalMs: 3000,
  since: null,
  text: 'select * from orders where customer = $1',
  ...more,
});
const sample = (top: Statement[], more: Partial<StatementSample> = {}) =>
  ({ major: 18, resetAt: reset, leastMs: 100, complete: false, top, ...more }) as unknown as Json;
const told = (good: ComparedSample, now: ComparedSample) =>
  changed(statements, good, { at, ...now }).map(({ sentence }) => sentence);

describe('statements', () => {
  it('that take longer than at the good look are told with both times and the calls behind them', () => {
    const before = { sample: sample([select({ calls: 1100, totalMs: 3300 })]), secondsAgo: 600 };
    const now = { sample: sample([select({ calls: 1200, totalMs: 123_300 })]), before };
    const [one] = changed(statements, { sample: sample([select()]) }, { at, ...now });
    expect(one).toMatchObject({
      id: 'slower:1',
      kind: 'statement',
      sentence: 'statement `select * from orders where customer = $1` takes 1.2 s instead of 3 ms (100 calls)',
      objects: ['orders'],
    });
    expect(one?.size).toBe(1);
  });

  it('that are called more often are told, whatever each call takes', () => {
    const good = {
      sample: sample([select()]),
      before: { sample: sample([select({ calls: 900, totalMs: 2700 })]), secondsAgo: 100 },
    };
    const before = { sample: sample([select({ calls: 1000, totalMs: 3000 })]), secondsAgo: 100 };
    expect(told(good, { sample: sample([select({ calls: 25_000, totalMs: 75_000 })]), before })).toEqual([
      'statement `select * from orders where customer = $1` is called 240 times a second instead of once a second',
    ]);
  });

  it('that are new among the busiest are told only where they took more than could have been overlooked', () => {
    const fresh = (totalMs: number) =>
      sample([select(), select({ id: '2', calls: 12, totalMs, text: 'select slow()' })]);
    const good = { sample: sample([select()]) };
    expect(told(good, { sample: fresh(14_400) })).toEqual([
      'statement `select slow()` is new among the busiest (12 calls of 1.2 s)',
    ]);
    expect(told(good, { sample: fresh(99) })).toEqual([]);
  });

  it('say when they were first seen where the server knows it', () => {
    const since = '2026-11-24T02:57:00.000Z';
    const now = sample([select({ id: '2', calls: 12, totalMs: 14_400, since })]);
    expect(changed(statements, { sample: sample([]) }, { at, sample: now })).toMatchObject([
      { id: 'new:2', at: since },
    ]);
  });

  it('that worked for less than half a second in all explain nothing, however busy their one second of life was', () => {
    const since = '2026-11-24T02:59:59.900Z';
    const young = (totalMs: number) => sample([select({ id: '2', calls: 7, totalMs, since })]);
    const toldOf = (totalMs: number) => changed(statements, { sample: sample([]) }, { at, sample: young(totalMs) });
    expect(toldOf(499)).toEqual([]);
    expect(toldOf(500)).toHaveLength(1);
  });

  it('are not called slower, oftener or new after a reset, or after an upgrade that gave them other ids', () => {
    const after = '2026-11-24T02:30:00.000Z';
    const same = select({ calls: 20, totalMs: 60 });
    const other = select({ id: '3', calls: 5000, totalMs: 50_000 });
    expect(told({ sample: sample([select()]) }, { sample: sample([same, other], { resetAt: after }) })).toEqual([]);
    expect(told({ sample: sample([select()], { major: 17 }) }, { sample: sample([other]) })).toEqual([]);
  });

  it('that one reset of theirs alone set back are compared by what was counted since', () => {
    expect(told({ sample: sample([select()]) }, { sample: sample([select({ calls: 10, totalMs: 30 })]) })).toEqual([]);
  });

  it('are silent where little is as it was', () => {
    const before = { sample: sample([select()]), secondsAgo: 600 };
    const now = { sample: sample([select({ calls: 1100, totalMs: 3900 })]), before };
    expect(told({ sample: sample([select()]) }, now)).toEqual([]);
  });
});

describe.each(installedMajors)('statements of PostgreSQL %s', (major) => {
  let server: TestPostgres;
  const look = async () =>
    (await onPostgres(server, (target) => sampleOf(statements, target))) as unknown as StatementSample;
  beforeAll(async () => {
    server = await startTestPostgres({ major });
    await server.query('SELECT pg_stat_statements_reset()');
    await server.query('CREATE TABLE orders (id int, card text)');
  });
  afterAll(() => server.stop());

  it('are read with their numbers and without what is in them, and our own are not', async () => {
    for (let n = 0; n < 4; n++)
      await server.query(`SELECT pg_sleep(0.02), 'card 471104711' FROM generate_series(1, 1)`);
    await look();
    const { top, complete, resetAt, major: seen } = await look();
    const slept = top.find(({ text }) => text.includes('pg_sleep'));
    expect(slept).toMatchObject({ database: 'shop', calls: 4 });
    expect(slept?.totalMs).toBeGreaterThan(79);
    expect(slept?.since === null).toBe(major === 15);
    expect(JSON.stringify(top)).not.toContain('471104711');
    expect(top.filter(({ text }) => text.includes('pg_stat_statements('))).toEqual([]);
    expect({ complete, seen, hasReset: typeof resetAt }).toEqual({ complete: true, seen: major, hasReset: 'string' });
  });

  it('have among them what runs at this moment, however little it ran before', async () => {
    const client = await server.connect();
    const rest = 'SELECT pg_sleep($1) AS rest';
    for (let n = 0; n < 40; n++) {
      const columns = Array.from({ length: n + 2 }, (_, column) => `count(*) + ${column}`);
      for (let call = 0; call < 3; call++)
        await client.query(`SELECT ${columns.join(', ')} FROM generate_series(1, 50000)`);
    }
    await client.query(rest, [0]);
    const isThere = ({ top }: StatementSample) => top.some(({ text }) => text.includes('AS rest'));
    expect(isThere(await look())).toBe(false);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const resting = client.query(rest, [600]).catch((thrown: Error) => thrown);
    const seen = await until(look, isThere);
    expect(seen.top.length).toBeLessThanOrEqual(26);
    expect(JSON.stringify(seen).length).toBeLessThan(7000);
    await server.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]);
    await resting;
    await client.end();
  });

  it('give the exact fix where the extension is not in the database', async () => {
    await server.query('DROP EXTENSION pg_stat_statements');
    expect(await onPostgres(server, (target) => ask(statements, target))).toEqual({
      skipped: 'the extension pg_stat_statements is not in this database',
      fix: 'CREATE EXTENSION pg_stat_statements;',
    });
    await server.query('CREATE SCHEMA "Extra"; CREATE EXTENSION pg_stat_statements SCHEMA "Extra" VERSION \'1.8\'');
    expect(await onPostgres(server, (target) => ask(statements, target))).toMatchObject({
      fix: 'GRANT USAGE ON SCHEMA "Extra" TO nightshift_read;',
    });
    await server.query('GRANT USAGE ON SCHEMA "Extra" TO nightshift_read');
    expect(await onPostgres(server, (target) => ask(statements, target))).toMatchObject({
      fix: 'ALTER EXTENSION pg_stat_statements UPDATE;',
    });
    await server.query('ALTER EXTENSION pg_stat_statements UPDATE');
    expect(await onPostgres(server, (target) => ask(statements, target))).toHaveProperty('sample');
  });

  it('are not judged by a role that may not see them', async () => {
    await server.query('REVOKE pg_monitor FROM nightshift_read');
    expect(await onPostgres(server, (target) => ask(statements, target))).toMatchObject({
      fix: 'GRANT pg_monitor TO nightshift_read;',
    });
    await server.query('GRANT pg_monitor TO nightshift_read');
  });
});

it('give the exact fix where the library is not loaded', async () => {
  const server = await startTestPostgres({ settings: { shared_preload_libraries: '' } });
  try {
    expect(await onPostgres(server, (target) => ask(statements, target))).toMatchObject({
      skipped: 'pg_stat_statements is not loaded on shop-db-1',
      fix: expect.stringContaining('shared_preload_libraries') as string,
    });
  } finally {
    await server.stop();
  }
});
