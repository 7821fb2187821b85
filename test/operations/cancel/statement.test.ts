import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { cancelStatement, isOver } from '../../../src/operations/cancel/statement.ts';
import { endSession, isGone } from '../../../src/operations/end/signal.ts';
import { findSession, type Session } from '../../../src/operations/end/session.ts';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import type { PostgresTarget } from '../../../src/targets/postgres.ts';
import { hasDebianPostgres, startDebianPostgres } from '../../checks/postgres/debian-postgres.ts';
import { until } from '../../checks/looking.ts';
import { startTestPostgres } from '../../servers.ts';

const servers = [
  ['PostgreSQL 18', () => startTestPostgres()],
  ...(hasDebianPostgres ? [['PostgreSQL 15', () => startDebianPostgres()] as const] : []),
] as const;

describe.each(servers)('a session of a real server, %s', (_version, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  let target: PostgresTarget;
  const open: pg.Client[] = [];
  beforeAll(async () => {
    server = await start();
    const admin = await client('postgres', 'admin');
    await admin.query('create table jobs as select g as id, 0 as tries from generate_series(1, 3) g');
    await admin.query("create role shop login password 'shop-password'; grant all on jobs to shop");
    const acts = await admin.query("select 1 from pg_roles where rolname = 'nightshift_act'");
    if (acts.rowCount === 0) {
      await admin.query('create role nightshift_act login in role pg_monitor, pg_signal_backend');
    }
    const members = server.spec.members.map((member) => ({
      ...member,
      credentials: { act: member.credentials.act ?? { user: 'nightshift_act' } },
    }));
    const secrets = createSecrets((name) => server.environment[name]);
    const opened = await openTarget({ ...server.spec, members }, 'act', { secret: secrets.resolve });
    if (opened.engine !== 'postgres') throw new Error('not a PostgreSQL target');
    target = opened;
  });
  afterEach(async () => {
    // A backend notices late that its client is gone, and would hold its locks in the next test.
    const admin = await client('postgres', 'admin');
    await admin.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'shop'");
    await Promise.all(open.splice(0).map((one) => one.end().catch(() => {})));
  });
  afterAll(async () => {
    await target.close();
    await server.stop();
  });

  async function client(user: string, application: string): Promise<pg.Client & { processID: number }> {
    const { host = '', port = 0 } = server.spec.members[0] ?? {};
    const url = 'url' in server && typeof server.url === 'string' ? new URL(server.url) : undefined;
    const password = user === 'shop' ? 'shop-password' : (url?.password ?? '');
    const database = server.spec.database ?? 'postgres';
    const made = new pg.Client({ host, port, user, password, database, application_name: application });
    made.on('error', () => {});
    await made.connect();
    open.push(made);
    return made as pg.Client & { processID: number };
  }

  async function found(pid: number, isReady: (session: Session) => boolean = () => true): Promise<Session> {
    const look = () => findSession(target, { pid, member: null });
    const one = await until(look, (now) => now !== null && isReady(now));
    if (!one) throw new Error('the session is gone');
    return one;
  }
  const statementOf = ({ member, pid, backendStartMicros, queryStartMicros }: Session) => ({
    member,
    pid,
    backendStartMicros,
    queryStartMicros: queryStartMicros ?? '',
  });

  it('loses its statement, keeps its connection, and frees who waited for it', async () => {
    const root = await client('shop', 'billing');
    await root.query('begin; update jobs set tries = 1 where id = 1');
    const ended = root.query('select pg_sleep(600)').catch((thrown: unknown) => String(thrown));
    const waiter = await client('shop', 'web');
    const waited = waiter.query('update jobs set tries = 2 where id = 1');
    const planned = await found(root.processID, ({ state, blocks }) => state === 'active' && blocks === 1);
    const result = await cancelStatement(target, statementOf(planned));
    expect(await ended).toMatch(/canceling statement due to user request/);
    expect(result).toMatchObject({
      became: 'cancelled',
      state: 'idle in transaction (aborted)',
      lost: { waited: 1, wentOn: 1 },
    });
    expect(result.lost?.locksFreed).toBeGreaterThan(0);
    await waited;
    await root.query('rollback');
    expect((await root.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('that runs the next statement by then is left alone', async () => {
    const busy = await client('shop', 'billing');
    const first = busy.query('select pg_sleep(600)').catch(String);
    const planned = await found(busy.processID, ({ state }) => state === 'active');
    await (await client('postgres', 'admin')).query('select pg_cancel_backend($1)', [busy.processID]);
    await first;
    const second = busy.query("select pg_sleep(600), 'second'").catch(String);
    await found(
      busy.processID,
      ({ state, queryStartMicros }) => state === 'active' && queryStartMicros !== planned.queryStartMicros,
    );
    const result = await cancelStatement(target, statementOf(planned));
    expect(result).toEqual({ became: 'another statement', state: null, lost: null });
    expect(await isOver(target, statementOf(planned))).toMatchObject({ became: 'over' });
    expect((await found(busy.processID)).state).toBe('active');
    await (await client('postgres', 'admin')).query('select pg_cancel_backend($1)', [busy.processID]);
    await second;
  });

  it('whose pid is used again by another is left alone, cancelled or ended', async () => {
    const busy = await client('shop', 'billing');
    const running = busy.query('select pg_sleep(600)').catch(String);
    const planned = await found(busy.processID, ({ state }) => state === 'active');
    const before = { ...statementOf(planned), backendStartMicros: '1764000000000000' };
    expect((await cancelStatement(target, before)).became).toBe('another session');
    const { member, pid, queryId } = planned;
    const ended = await endSession(target, { member, pid, backendStartMicros: '1764000000000000', queryId });
    expect(ended).toEqual({ became: 'another session', lost: null });
    expect((await found(busy.processID)).state).toBe('active');
    await (await client('postgres', 'admin')).query('select pg_cancel_backend($1)', [busy.processID]);
    await running;
  });

  it('that ended meanwhile is said to be gone', async () => {
    const short = await client('shop', 'billing');
    await short.query('select 1');
    const planned = await found(short.processID);
    await short.end();
    await until(
      () => findSession(target, { pid: short.processID, member: null }),
      (now) => now === null,
    );
    expect((await cancelStatement(target, statementOf(planned))).became).toBe('gone');
    expect((await endSession(target, planned)).became).toBe('gone');
    expect((await isGone(target, planned)).became).toBe('ended');
  });

  it('that catches its cancellation is seen to go on', async () => {
    const stubborn = await client('shop', 'billing');
    const block = `do $$ declare n int := 0; begin
      loop begin perform pg_sleep(600); exception when query_canceled then n := n + 1; end; end loop; end $$`;
    const running = stubborn.query(block).catch(String);
    const planned = await found(stubborn.processID, ({ waitsFor }) => waitsFor === 'Timeout: PgSleep');
    expect(await cancelStatement(target, statementOf(planned))).toEqual({
      became: 'still running',
      state: 'active',
      lost: null,
    });
    const again = await found(stubborn.processID);
    const ended = await endSession(target, again);
    expect(ended).toMatchObject({ became: 'ended', lost: { waited: 0 } });
    await running;
  });

  it('frees a whole queue when it is ended, and it is said how many of it go on', async () => {
    const root = await client('shop', 'billing');
    await root.query('begin; update jobs set tries = 1 where id = 2');
    const waiters = await Promise.all(Array.from({ length: 5 }, () => client('shop', 'web')));
    const updates = waiters.map((one) => one.query('update jobs set tries = 2 where id = 2'));
    const planned = await found(root.processID, ({ blocks }) => blocks === 5);
    const { became, lost: freed } = await endSession(target, planned);
    expect({ became, freed }).toMatchObject({ became: 'ended', freed: { waited: 5, wentOn: 5 } });
    expect(freed?.transactionSeconds).toBeGreaterThan(0);
    await Promise.all(updates);
  });
});
