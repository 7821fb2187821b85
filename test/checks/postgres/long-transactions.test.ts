import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longTransactions } from '../../../src/checks/postgres/long-transactions.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';

const session = (transactionSeconds: number, more: object = {}) => ({
  pid: 7,
  member: 'shop-db-1',
  backendStartMicros: '1764000000000001',
  queryStartMicros: '1764000000500002',
  application: 'report',
  user: 'shop',
  database: 'shop',
  state: 'active',
  transactionSeconds,
  stateSeconds: 1,
  xminAge: 10,
  query: 'select ?',
  maintenance: false,
  ...more,
});

describe('long transactions', () => {
  it('stays silent below 5 min', () => {
    expect(judged(longTransactions, { sessions: [session(299)] })).toEqual([]);
  });

  it('warns at 5 min and is critical at 30 min', () => {
    expect(judged(longTransactions, { sessions: [session(300)] })[0]?.severity).toBe('warning');
    const [finding] = judged(longTransactions, { sessions: [session(7500), session(400, { pid: 8 })] });
    expect(finding).toMatchObject({ key: 'postgres.long-transactions:oldest', severity: 'critical' });
    expect(finding?.sentence).toBe(
      'pid 7 (app `report`, user shop) has worked in one transaction for 2 h 5 min, critical at 30 min; 1 other session over the limit too.',
    );
  });

  it('says so when several sessions work on the same statement, and asks for its plan instead of one client', () => {
    const storm = [7, 8, 9].map((pid) => session(400, { pid, query: 'select * from a, b' }));
    const [finding] = judged(longTransactions, { sessions: storm });
    expect(finding?.sentence).toMatch(
      /; 2 other sessions over the limit too, all of them in the same statement: `select \* from a, b`\.$/,
    );
    expect(finding?.next).toMatch(/look at its plan before you cancel them/);
    const mixed = judged(longTransactions, { sessions: [...storm, session(400, { query: 'select ?' })] });
    expect(mixed[0]?.sentence).toMatch(/3 other sessions over the limit too\.$/);
  });

  it('judges maintenance by a limit of its own, a day, and offers no button to end it', () => {
    const busy = (seconds: number) => ({ sessions: [session(seconds, { maintenance: true, application: 'pg_dump' })] });
    expect(judged(longTransactions, busy(86_399))).toEqual([]);
    const [finding] = judged(longTransactions, busy(86_400));
    expect(finding).toMatchObject({ key: 'postgres.long-transactions:maintenance', severity: 'warning' });
    expect(finding?.sentence).toBe(
      'pid 7 (app `pg_dump`, user shop) does maintenance in one transaction for 1 d, warning at 1 d.',
    );
    expect(finding?.actions).toBeUndefined();
  });
});

describe('long transactions of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ replica: true });
  });
  afterAll(() => server.stop());

  it('sees a working session without its literals, and neither walsenders nor those who dump or idle', async () => {
    const [worker, dump, idle] = await Promise.all(['report', 'pg_dump', 'idler'].map((name) => server.connect(name)));
    if (!worker || !dump || !idle) throw new Error('three sessions were asked for');
    await idle.query('BEGIN');
    const sleeping = [worker, dump].map((client) => client.query("SELECT pg_sleep(600), 'canary'").catch(() => {}));
    const look = () => onPostgres(server, (target) => sampleOf(longTransactions, target));
    const both = (now: unknown) => ['report', 'pg_dump'].every((name) => JSON.stringify(now).includes(name));
    const seen = await until(look, both);
    expect(seen).toMatchObject({
      sessions: [
        { application: 'report', query: 'SELECT pg_sleep(?), ?', maintenance: false },
        { application: 'pg_dump', maintenance: true },
      ],
    });
    const findings = judged(longTransactions, seen, { limits: { warningSeconds: 0 } });
    expect(findings).toMatchObject([
      { actions: [{ operation: 'sessions' }, { operation: 'cancel' }, { operation: 'end' }] },
    ]);
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'");
    await Promise.all([...sleeping, idle.end()]);
  });

  it('does not take a victim of a lock for somebody who works', async () => {
    await server.query('CREATE TABLE held AS SELECT 1 AS id');
    const [holder, victim] = await Promise.all(['holder', 'victim'].map((name) => server.connect(name)));
    await holder?.query('BEGIN; UPDATE held SET id = 1');
    const waiting = victim?.query('UPDATE held SET id = 1').catch(() => {});
    const WAITS = `SELECT FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Lock'`;
    await until(
      () => server.query(WAITS),
      (rows) => rows.length > 0,
    );
    const seen = await onPostgres(server, (target) => sampleOf(longTransactions, target));
    expect(seen).toEqual({ sessions: [] });
    await holder?.end();
    await waiting;
    await victim?.end();
  });

  it('takes a bulk load, a vacuum and an index build for maintenance', async () => {
    await server.query('CREATE TABLE filled AS SELECT g AS id FROM generate_series(1, 100000) g');
    const [loader, vacuum, builder] = await Promise.all(
      ['loader', 'vacuum', 'builder'].map((one) => server.connect(one)),
    );
    if (!loader || !vacuum || !builder) throw new Error('three sessions were asked for');
    // The program waits for the end of its input: the load is under way until then.
    const loading = loader.query("COPY (SELECT pg_sleep(600)) TO PROGRAM 'cat > /dev/null'").catch(() => {});
    await vacuum.query("SET vacuum_cost_delay = '100ms'; SET vacuum_cost_limit = 1");
    const cleaning = vacuum.query('VACUUM filled').catch(() => {});
    await server.query('CREATE TABLE built AS SELECT 1 AS id');
    await builder.query('BEGIN; INSERT INTO built VALUES (2)');
    const concurrent = await server.connect('concurrent');
    const building = concurrent.query('CREATE INDEX CONCURRENTLY ON built (id)').catch(() => {});
    const look = () => onPostgres(server, (target) => sampleOf(longTransactions, target));
    type Seen = { sessions: { application: string; maintenance: boolean }[] };
    const busy = (now: unknown) => (now as Seen).sessions.filter(({ maintenance }) => maintenance);
    const seen = await until(look, (now) => busy(now).length === 3);
    expect(
      busy(seen)
        .map(({ application }) => application)
        .toSorted(),
    ).toEqual(['concurrent', 'loader', 'vacuum']);
    expect(judged(longTransactions, seen, { limits: { warningSeconds: 0 } })).toEqual([]);
    await server.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('loader', 'vacuum', 'builder', 'concurrent')",
    );
    await Promise.all([loading, cleaning, building]);
  });
});
