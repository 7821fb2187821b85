import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rootsOf } from '../../../src/checks/postgres/lock-tree.ts';
import { locks } from '../../../src/checks/postgres/locks.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';

const holder = {
  pid: 2211,
  member: 'shop-db-1',
  backendStartMicros: '1764000000000001',
  queryStartMicros: '1764000000500002',
  backendType: 'client backend',
  application: 'billing',
  user: 'shop',
  database: 'shop',
  state: 'idle in transaction',
  stateSeconds: 840,
  transactionSeconds: 900,
  query: 'update orders set paid = ?',
};
const tree = (victims: number, oldestWaitSeconds: number, more: object = {}) => ({
  waiting: victims,
  roots: [{ pid: 2211, victims, oldestWaitSeconds, holder, ...more }],
  moreRoots: 0,
  prepared: [],
});

describe('the lock tree', () => {
  it('counts those who wait behind others who wait', () => {
    const waiters = [
      { pid: 2, blockers: [1], waitSeconds: 9 },
      { pid: 3, blockers: [2], waitSeconds: 5 },
      { pid: 4, blockers: [2, 3, 3], waitSeconds: 4 },
      { pid: 6, blockers: [5], waitSeconds: 99 },
    ];
    expect(rootsOf(waiters)).toEqual([
      { pid: 1, victims: 3, oldestWaitSeconds: 9 },
      { pid: 5, victims: 1, oldestWaitSeconds: 99 },
    ]);
  });

  it('has no root where everybody waits for each other', () => {
    const circle = [
      { pid: 1, blockers: [2], waitSeconds: 1 },
      { pid: 2, blockers: [1], waitSeconds: 1 },
    ];
    expect(rootsOf(circle)).toEqual([]);
  });
});

describe('locks', () => {
  it('stays silent below 3 victims and 30 s', () => {
    expect(judged(locks, tree(2, 29.9))).toEqual([]);
  });

  it('stays silent while the queue moves on within a second', () => {
    expect(judged(locks, tree(50, 0.9))).toEqual([]);
  });

  it('warns after 30 s of waiting, or at 3 victims', () => {
    expect(judged(locks, tree(1, 30))[0]?.severity).toBe('warning');
    expect(judged(locks, tree(3, 1))[0]?.severity).toBe('warning');
  });

  it('is critical at 10 victims and offers to end the root, not a victim', () => {
    const [finding] = judged(locks, tree(41, 360));
    expect(finding).toMatchObject({ key: 'postgres.locks:root', severity: 'critical' });
    expect(finding?.sentence).toBe(
      '41 sessions wait behind pid 2211 (app `billing`, idle in transaction for 14 min), the oldest for 6 min; its last statement: `update orders set paid = ?`.',
    );
    expect(finding?.actions).toEqual([
      { label: 'Show tree', operation: 'sessions', target: 'shop-db', args: [], disruptive: false },
      {
        label: 'End session…',
        operation: 'end',
        target: 'shop-db',
        args: ['2211', 'shop-db-1', '1764000000000001'],
        disruptive: true,
      },
    ]);
  });

  it('offers to cancel what the root runs before it offers to end it', () => {
    const [finding] = judged(locks, tree(41, 360, { holder: { ...holder, state: 'active' } }));
    const named = ['2211', 'shop-db-1'];
    expect(finding?.actions?.slice(1)).toMatchObject([
      { label: 'Cancel statement…', operation: 'cancel', args: [...named, '1764000000500002'], disruptive: true },
      { label: 'End session…', operation: 'end', args: [...named, '1764000000000001'], disruptive: true },
    ]);
  });

  it('offers to end no autovacuum worker and no prepared transaction', () => {
    const worker = tree(12, 60, { holder: { ...holder, backendType: 'autovacuum worker' } });
    const prepared = tree(12, 60, { pid: 0, holder: null });
    expect(judged(locks, worker)[0]?.actions?.map(({ label }) => label)).toEqual(['Show tree']);
    expect(judged(locks, prepared)[0]?.actions?.map(({ label }) => label)).toEqual(['Show tree']);
    expect(judged(locks, prepared)[0]?.sentence).toContain('a prepared transaction');
  });
});

describe('locks of a real server', () => {
  let server: TestPostgres;
  const open: pg.Client[] = [];
  beforeAll(async () => {
    server = await startTestPostgres({ settings: { max_connections: '40', max_prepared_transactions: '2' } });
    await server.query('CREATE TABLE jobs AS SELECT g AS id, 0 AS tries FROM generate_series(1, 10) g');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.end()));
    // A victim whose client is gone still takes its lock before it notices, and would wait in the next test.
    const LEFT = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'worker'";
    await until(
      () => server.query(LEFT),
      (left) => left.length === 0,
    );
  });
  afterAll(() => server.stop());

  const session = async (name: string) => {
    const client = await server.connect(name);
    open.push(client);
    return client;
  };
  const waitFor = async (victims: number) => {
    for (let n = 0; n < victims; n += 1) {
      const victim = await session('worker');
      victim.query("UPDATE jobs SET tries = 7 WHERE id = 1 AND 'canary' <> ''").catch(() => {});
    }
    const look = () => onPostgres(server, (target) => sampleOf(locks, target));
    return until(look, (seen) => JSON.stringify(seen).includes(`"victims":${victims},`));
  };

  it('names the root of a pile, what it does, and how many wait behind it', async () => {
    const root = await session('billing');
    await root.query('BEGIN');
    await root.query("UPDATE jobs SET tries = 99 WHERE id = 1 AND 'canary' <> ''");
    const [own] = (await root.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    const seen = await waitFor(12);
    const [finding] = judged(locks, seen, { limits: { leastWaitSeconds: 0 } });
    const named = [String(own?.pid), 'shop-db-1', expect.stringMatching(/^\d{16}$/)];
    expect(finding).toMatchObject({
      severity: 'critical',
      actions: [{ operation: 'sessions' }, { operation: 'end', args: named }],
    });
    expect(finding?.sentence).toContain(
      `12 sessions wait behind pid ${own?.pid} (app \`billing\`, idle in transaction`,
    );
    expect(finding?.sentence).toContain('; its last statement: `SELECT pg_backend_pid() AS pid`.');
    expect(JSON.stringify(seen)).not.toContain('canary');
  });

  it('finds a prepared transaction as the root', async () => {
    const root = await session('billing');
    await root.query('BEGIN');
    await root.query('UPDATE jobs SET tries = 99 WHERE id = 1');
    await root.query("PREPARE TRANSACTION 'canary-gid'");
    const seen = await waitFor(3);
    await root.query("ROLLBACK PREPARED 'canary-gid'");
    const [finding] = judged(locks, seen, { limits: { leastWaitSeconds: 0 } });
    expect(finding?.sentence).toContain('3 sessions wait behind a prepared transaction');
    expect(seen).toMatchObject({ prepared: [{ owner: 'postgres', database: 'shop' }] });
  });

  it('answers while a table is locked exclusively', async () => {
    const root = await session('migration');
    await root.query('BEGIN');
    await root.query('LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE');
    const seen = await waitFor(3);
    expect(judged(locks, seen, { limits: { leastWaitSeconds: 0 } })).toHaveLength(1);
  });
});
