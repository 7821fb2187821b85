import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresChecks, redisChecks } from '../../../src/checks/index.ts';
import type { Report } from '../../../src/core/report.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../../servers.ts';
import { reportOf } from './report-of.ts';

let database: TestPostgres;
let cache: TestRedis;
beforeAll(async () => {
  [database, cache] = await Promise.all([startTestPostgres({ replica: true }), startTestRedis()]);
});
afterAll(() => Promise.all([database.stop(), cache.stop()]));

const explained = { 'explain-cost': 'yes' };
const rowsOf = (report: Report) => report.tables.find(({ title }) => title === 'Cost of each check')?.rows ?? [];
const sum = (rows: readonly object[], key: string) =>
  rows.reduce((all, row) => all + Number((row as Record<string, unknown>)[key]), 0);

/** What the primary did is on the standby, too: a look asks both. */
async function followed(): Promise<void> {
  const replayed = 'SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()';
  await expect.poll(() => database.query(replayed), { timeout: 60_000 }).toHaveLength(1);
}

/** What the read room asks; the cloud is asked by another. */
function asked(checks: readonly { id: string; ask: { read?: unknown } }[]): string[] {
  return checks.filter(({ ask }) => ask.read).map(({ id }) => id);
}

describe('the cost of a report', () => {
  it('is shown for each check once, with its sum, only when it is asked for', async () => {
    const report = await reportOf(database, explained);
    const rows = rowsOf(report);
    const checks = rows.map(({ check }) => check);
    expect(new Set(checks.slice(0, -1))).toEqual(new Set(asked(postgresChecks)));
    expect(checks).toHaveLength(asked(postgresChecks).length + 1);
    expect(checks.at(-1)).toBe('all');
    const [each, all] = [rows.slice(0, -1), rows.slice(-1)];
    expect(sum(all, 'statements')).toBe(sum(each, 'statements'));
    expect(sum(all, 'database')).toBeCloseTo(sum(each, 'database'), 0);
    expect(sum(all, 'database')).toBeGreaterThan(0);
    expect(report.coverage).toMatchObject({ answered: asked(postgresChecks).length, gaps: [] });
    expect(report.text.join()).toContain('pg_stat_statements counted for our role');
    expect(rowsOf(await reportOf(database, {}))).toEqual([]);
  });

  it('counts both members, and nothing of what measuring it takes', async () => {
    const lag = rowsOf(await reportOf(database, explained)).find(({ check }) => check === 'postgres.replication-lag');
    expect(lag).toMatchObject({ statements: 5, database: expect.any(Number) });
    const again = rowsOf(await reportOf(database, explained)).find(({ check }) => check === 'postgres.conflicts');
    expect(again).toMatchObject({ statements: 1 });
  });

  it('says why the time in the database is not known', async () => {
    await database.query('DROP EXTENSION pg_stat_statements');
    await followed();
    const report = await reportOf(database, explained);
    expect(rowsOf(report).at(-1)).toMatchObject({ check: 'all', database: null });
    expect(report.text.join()).toContain('CREATE EXTENSION pg_stat_statements');
    await database.query('CREATE SCHEMA "odd schema"');
    await database.query('CREATE EXTENSION pg_stat_statements SCHEMA "odd schema"');
    await database.query('GRANT USAGE ON SCHEMA "odd schema" TO nightshift_read');
    await followed();
    expect(sum(rowsOf(await reportOf(database, explained)).slice(-1), 'database')).toBeGreaterThan(0);
  });

  it('is counted in commands for Redis, which does not tell its time', async () => {
    const report = await reportOf(cache, explained);
    expect(rowsOf(report)).toHaveLength(asked(redisChecks).length + 1);
    expect(rowsOf(report).at(-1)).toMatchObject({ database: null });
    expect(sum(rowsOf(report).slice(-1), 'statements')).toBeGreaterThan(0);
  });

  it('is refused with another word', async () => {
    await expect(reportOf(database, { 'explain-cost': 'maybe' })).rejects.toThrow(/explain-cost/);
  });
});

describe('a look', () => {
  it('never has more than one connection to a member, with or without its cost', async () => {
    const met: number[] = [];
    let open = 0;
    let most = 0;
    const doors = await Promise.all(
      database.spec.members.map(async ({ port }, index) => {
        const door = createServer((client) => {
          met[index] = (met[index] ?? 0) + 1;
          open += 1;
          most = Math.max(most, open);
          const upstream = connect(port, '127.0.0.1');
          client.on('error', () => upstream.destroy()).once('close', () => (open -= 1));
          upstream.on('error', () => client.destroy());
          client.pipe(upstream).pipe(client);
        }).listen(0, '127.0.0.1');
        await new Promise((resolve) => door.once('listening', resolve));
        return door;
      }),
    );
    const ports = doors.map((door) => door.address()).map((at) => (typeof at === 'object' && at ? at.port : 0));
    const members = database.spec.members.map((member, index) => ({ ...member, port: ports[index] ?? 0 }));
    const { environment, spec } = database;
    for (const args of [{}, explained]) {
      const report = await reportOf({ environment, spec: { ...spec, members } }, args);
      expect(report.coverage).toMatchObject({ gaps: [] });
    }
    for (const door of doors) door.close();
    expect(met).toEqual([2, 2]);
    expect(most).toBe(2);
  });
});
