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

  it('does not judge maintenance', () => {
    expect(judged(longTransactions, { sessions: [session(90_000, { maintenance: true })] })).toEqual([]);
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
    const sleeping = [worker, dump].map((client) => client.query("SELECT pg_sleep(30), 'canary'").catch(() => {}));
    const look = () => onPostgres(server, (target) => sampleOf(longTransactions, target));
    const seen = await until(look, (now) => JSON.stringify(now).includes('pg_dump'));
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
});
