import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idleInTransaction } from '../../../src/checks/postgres/idle-in-transaction.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';

const idle = (stateSeconds: number, victims = 0) => ({
  pid: 7,
  member: 'shop-db-1',
  backendStartMicros: '1764000000000001',
  queryStartMicros: '1764000000500002',
  application: 'billing',
  user: 'shop',
  database: 'shop',
  state: 'idle in transaction',
  transactionSeconds: stateSeconds + 1,
  stateSeconds,
  xminAge: null,
  query: 'update orders set paid = ?',
  victims,
});

describe('idle in transaction', () => {
  it('stays silent below 5 min', () => {
    expect(judged(idleInTransaction, { sessions: [idle(299)] })).toEqual([]);
  });

  it('warns at 5 min and is critical at 30 min', () => {
    expect(judged(idleInTransaction, { sessions: [idle(300)] })[0]?.sentence).toBe(
      'pid 7 (app `billing`, user shop) is idle in transaction for 5 min, warning at 5 min.',
    );
    expect(judged(idleInTransaction, { sessions: [idle(1800)] })[0]?.severity).toBe('critical');
  });

  it('warns after one minute when others wait for it', () => {
    expect(judged(idleInTransaction, { sessions: [idle(59, 1)] })).toEqual([]);
    expect(judged(idleInTransaction, { sessions: [idle(60, 2)] })[0]?.sentence).toBe(
      'pid 7 (app `billing`, user shop) is idle in transaction for 1 min, and 2 sessions wait for it directly.',
    );
  });

  it('has a key without a pid', () => {
    expect(judged(idleInTransaction, { sessions: [idle(300)] })[0]?.key).toBe('postgres.idle-in-transaction:oldest');
  });
});

describe('idle in transaction on a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
    await server.query('CREATE TABLE t AS SELECT 1 AS id');
  });
  afterAll(() => server.stop());

  it('sees the session and who waits for it, and stops seeing it after the commit', async () => {
    const [holder, victim] = await Promise.all([server.connect('billing'), server.connect('worker')]);
    await holder.query('BEGIN');
    await holder.query('UPDATE t SET id = 424242');
    const waiting = victim.query('UPDATE t SET id = 3').catch(() => {});
    const look = () => onPostgres(server, (target) => sampleOf(idleInTransaction, target));
    const seen = await until(look, (now) => JSON.stringify(now).includes('"victims":1'));
    expect(seen).toMatchObject({ sessions: [{ application: 'billing', query: 'UPDATE t SET id = ?' }] });
    const limits = { blockingWarningSeconds: 0 };
    expect(judged(idleInTransaction, seen, { limits })).toMatchObject([{ severity: 'warning' }]);
    await holder.query('COMMIT');
    await waiting;
    expect(await look()).toEqual({ sessions: [] });
    await Promise.all([holder.end(), victim.end()]);
  });
});
