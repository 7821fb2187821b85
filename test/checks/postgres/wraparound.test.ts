import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wraparound } from '../../../src/checks/postgres/wraparound.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';

const sample = (xidAge: number, multixactAge = 0, more: object = {}) => ({
  freezeMaxAge: 200_000_000,
  multixactFreezeMaxAge: 400_000_000,
  nextXid: 5_000_000_000,
  databases: [
    { database: 'shop', xidAge, multixactAge },
    { database: 'template1', xidAge: 1, multixactAge: 1 },
  ],
  holders: [],
  ...more,
});

describe('wraparound', () => {
  it('stays silent below autovacuum_freeze_max_age, where a healthy server lives', () => {
    expect(judged(wraparound, sample(199_999_999, 399_999_999))).toEqual([]);
  });

  it('warns at autovacuum_freeze_max_age and is critical at a thousand million', () => {
    expect(judged(wraparound, sample(200_000_000))[0]?.sentence).toBe(
      'Database `shop` has 200 million unfrozen transaction ids (warning at 200 million, writes stop at 2,144 million).',
    );
    expect(judged(wraparound, sample(1_000_000_000))[0]?.severity).toBe('critical');
  });

  it('judges multixacts by their own setting', () => {
    expect(judged(wraparound, sample(0, 400_000_000))).toMatchObject([
      { key: 'postgres.wraparound:multixact', severity: 'warning' },
    ]);
  });

  it('says how long the ids last at the rate since the earlier look', () => {
    const before = { sample: sample(0, 0, { nextXid: 4_990_000_000 }), secondsAgo: 86_400 };
    expect(judged(wraparound, sample(1_144_483_648), { before })[0]?.sentence).toContain('they last 100 d');
  });

  it('names who holds cleaning back, from half of autovacuum_freeze_max_age on', () => {
    const slot = { kind: 'slot', object: 'debezium', pid: null, heldSeconds: null };
    const held = (age: number) => sample(0, 0, { holders: [{ ...slot, age }] });
    expect(judged(wraparound, held(99_999_999))).toEqual([]);
    expect(judged(wraparound, held(100_000_000))).toMatchObject([
      { key: 'postgres.wraparound:horizon', severity: 'warning' },
    ]);
    expect(judged(wraparound, held(160_000_000))[0]?.severity).toBe('critical');
  });

  it('names the holder first where ids run low, and offers to end it only when it is a session', () => {
    const who = { pid: 12, member: 'shop-db-1', backendStartMicros: '1700000000000000' };
    const session = { kind: 'session', object: 'report', ...who, heldSeconds: 10_800, age: 90_000_000 };
    const [finding] = judged(wraparound, sample(0, 400_000_000, { holders: [session] }));
    expect(finding?.next).toMatch(
      /^First the session `report` \(pid 12, for 3 h\), which keeps rows from being frozen\. End/,
    );
    const [horizon] = judged(wraparound, sample(0, 0, { holders: [{ ...session, age: 100_000_000 }] }));
    expect(horizon).toMatchObject({
      actions: [{ operation: 'sessions' }, { operation: 'end', args: ['12', 'shop-db-1', '1700000000000000'] }],
    });
    const standby = { ...session, kind: 'standby behind slot', pid: null, age: 100_000_000 };
    const [behind] = judged(wraparound, sample(0, 0, { holders: [standby] }));
    expect(behind?.next).toContain('hot_standby_feedback');
    expect(behind?.actions).toBeUndefined();
  });
});

describe('wraparound of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({
      replica: true,
      settings: { max_prepared_transactions: '2', wal_level: 'logical', autovacuum: 'off' },
    });
  });
  afterAll(() => server.stop());

  it('reads ages without using a transaction id up, and finds the session that holds the horizon', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(wraparound, target));
    const holder = await server.connect('forgetful');
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await holder.query('SELECT 1');
    await server.query('CREATE TABLE a (x int)');
    await server.query('CREATE TABLE b (x int)');
    const first = await look();
    const second = await look();
    expect(first).toMatchObject({ holders: [{ kind: 'session', object: 'forgetful' }] });
    expect((second as { nextXid: number }).nextXid).toBe((first as { nextXid: number }).nextXid);
    const [finding] = judged(wraparound, first, { limits: { horizonWarningRatio: 0 } });
    expect(finding?.sentence).toMatch(/^The session `forgetful` \(pid \d+, for \d+ s\) holds back cleaning/);
    await holder.end();
  });

  it('finds a prepared transaction, a slot and a standby with feedback behind its slot', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(wraparound, target));
    await server.query("SELECT pg_create_logical_replication_slot('stream', 'test_decoding')");
    await server.query('CREATE TABLE p (x int)');
    const client = await server.connect('two-phase');
    await client.query("BEGIN; INSERT INTO p VALUES (1); PREPARE TRANSACTION 'canary-gid'");
    await client.end();
    const kinds = (now: unknown) => (now as { holders: { kind: string }[] }).holders.map(({ kind }) => kind);
    const seen = await until(look, (now) => kinds(now).includes('prepared transaction'));
    expect(kinds(seen)).toEqual(expect.arrayContaining(['prepared transaction', 'slot']));
    expect(JSON.stringify(seen)).not.toContain('canary');
    await server.query("ROLLBACK PREPARED 'canary-gid'");
    await server.query("SELECT pg_create_physical_replication_slot('for_replica', true)");
    const standby = server.replica;
    await standby?.query("ALTER SYSTEM SET primary_slot_name = 'for_replica'");
    await standby?.query("ALTER SYSTEM SET hot_standby_feedback = 'on'");
    await standby?.query("ALTER SYSTEM SET wal_receiver_status_interval = '1s'");
    await standby?.query('SELECT pg_reload_conf()');
    await until(look, (now) => kinds(now).includes('standby behind slot'));
  });
});
