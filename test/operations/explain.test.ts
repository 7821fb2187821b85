import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { readArguments } from '../../src/core/arguments.ts';
import { explain } from '../../src/operations/explain.ts';
import { runningEntries } from '../../src/operations/explain/running-statement.ts';
import { whyOf } from '../../src/operations/explain/why.ts';
import type { PostgresMember } from '../../src/targets/postgres.ts';
import { onPostgres, until } from '../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { asked } from './asked.ts';
import { listRefused } from './explain/refused.ts';
import { connectApp, CREATE_APP, idsOf } from './explain/app-client.ts';

describe('the arguments of explain', () => {
  it('take a short id or a whole one', () => {
    expect(readArguments(explain.args, { statement: 'q:7F3A12' })).toEqual({ args: { statement: '7f3a12' } });
    expect(readArguments(explain.args, { statement: '0cad829ca30ef8' })).toHaveProperty('args');
  });

  it('say how a statement is named', () => {
    expect(readArguments(explain.args, { statement: 'select 1' })).toMatchObject({
      problems: [{ message: 'a statement is named as reports show it, such as q:7f3a12, or by all 14 digits' }],
    });
  });
});

describe('explain on a real server', () => {
  let server: TestPostgres;
  let app: pg.Client;
  const texts = {
    select: /from orders where customer_id/,
    update: /update orders set note/,
    begin: /^lock table orders/i,
    interval: /created_at > now\(\) - interval/,
    hidden: /from hidden where/,
    private: /from salaries/,
    elsewhere: /from elsewhere/,
    path: /from vault where/,
    gone: /from gone where/,
  };
  let ids: Record<keyof typeof texts, string>;

  beforeAll(async () => {
    server = await startTestPostgres({ settings: { autovacuum: 'off' } });
    await server.query(CREATE_APP);
    await server.query('create database other owner app');
    await server.query('create schema app authorization app');
    const admin = await server.connect();
    await admin.query(`
      create table orders as
        select g as id, g % 5000 as customer_id, now() as created_at, md5(g::text) as note from generate_series(1, 30000) g;
      create table hidden as select g as id, g % 5000 as owner_id, md5(g::text) as note from generate_series(1, 30000) g;
      create table salaries as select 1 as id; create table gone as select 1 as id;
      create table app.vault as select g as id from generate_series(1, 10) g;
      grant all on all tables in schema public to app; grant all on app.vault to app;
      grant select on orders, gone to nightshift_read; grant usage on schema app to nightshift_read;
      grant select on app.vault to nightshift_read;
      alter role app in database shop set search_path = "$user", public`);
    await admin.query('analyze');
    await admin.end();
    app = await connectApp(server);
    await app.query(`select * from orders where customer_id = 4711 and note <> 'secret-value'`);
    await app.query(`update orders set note = 'secret-value' where customer_id = 18`);
    await app.query(`begin; lock table orders in access share mode; commit`);
    await app.query(`select count(*) from orders where created_at > now() - interval '1 day'`);
    await app.query('select * from hidden where owner_id = 1');
    await app.query('select * from salaries');
    await app.query('select * from vault where id = 3');
    await app.query('select * from gone where id = 3');
    const other = await connectApp(server, 'other');
    await other.query('create table elsewhere as select 1 as id');
    await other.query('select * from elsewhere where id = 4');
    await other.end();
    await server.query('drop table gone');
    const found = await idsOf(server, Object.values(texts));
    ids = Object.fromEntries(Object.keys(texts).map((key, n) => [key, found[n] ?? ''])) as typeof ids;
  });
  afterAll(async () => {
    await app?.end();
    await server?.stop();
  });

  const why = async (key: keyof typeof texts) => {
    const all = await onPostgres(server, (target) => whyOf(target, { ids: [ids[key]] }));
    return all[ids[key]];
  };
  const report = (key: keyof typeof texts) =>
    onPostgres(server, (target) => asked(explain, target, { statement: `q:${ids[key].slice(0, 8)}` }));

  it('draws the plan, says the reason and offers advice', async () => {
    const said = await report('select');
    expect(said.headline).toMatch(/^q:[0-9a-f]{6} takes .* ms a call; likely: It reads all .* of `public\.orders`/);
    expect(said.items?.[0]?.lines).toEqual([
      expect.stringMatching(/^▶ Seq Scan orders · 100 % · ~\d+ rows$/),
      '    filter: note <> ? AND customer_id = ?',
    ]);
    expect(said.next).toEqual([
      { label: 'Index advice', operation: 'advice', target: 'shop-db', args: [ids.select], disruptive: false },
    ]);
    expect(JSON.stringify(said)).not.toMatch(/secret-value|4711/);
  });

  it('plans the rows that an UPDATE reads, because our role may not write', async () => {
    const said = await why('update');
    expect(said?.plan?.lines[0]).toMatch(/^▶ Seq Scan orders/);
    expect(said?.notes[0]).toMatch(/^The plan is of the rows that it reads/);
    expect(said?.reasons[0]?.kind).toBe('missing-index');
  });

  it('is never refused by the server for want of a right: that would be an ERROR in its log', async () => {
    const refused = await onPostgres(server, async (target) => {
      const listed = listRefused(target);
      await whyOf(listed.target, { ids: [ids.update, ids.hidden, ids.select] });
      return listed.refused;
    });
    expect(refused).toEqual([]);
  });

  it('plans what runs now and has never ended, without its values', async () => {
    const busy = await connectApp(server);
    const call = busy.query(
      `select count(*) from orders a, orders b where a.note < b.note and a.note <> 'secret-value'`,
    );
    call.catch(() => undefined);
    const running = () =>
      onPostgres(server, async (target) => [...(await runningEntries(target.primary as PostgresMember, [''])).keys()]);
    const [id = ''] = await until(running, (all) => all.length > 0);
    const said = await onPostgres(server, (target) => asked(explain, target, { statement: id }));
    await server.query(
      `select pg_cancel_backend(pid) from pg_stat_activity where state = 'active' and query like '%secret-value%' and pid <> pg_backend_pid()`,
    );
    await call.catch(() => undefined);
    await busy.end();
    expect(said.headline).toMatch(/^q:[0-9a-f]{6} runs now, and no call of it has ended yet/);
    expect(said.items?.[0]?.lines.join(' ')).toMatch(/Nested Loop.*Seq Scan orders/);
    expect(said.text[0]).toBe('It runs on shop-db-1 at this moment; it is counted when it ends.');
    expect(JSON.stringify(said)).not.toContain('secret-value');
  });

  it('mends what pg_stat_statements took out of an interval', async () => {
    expect(await why('interval')).toMatchObject({ noPlan: null, plan: { rows: 1 } });
  });

  it('refuses what has no plan', async () => {
    expect((await why('begin'))?.noPlan?.reason).toBe(
      'LOCK is no statement that has a plan; only SELECT, INSERT, UPDATE, DELETE and MERGE have one',
    );
  });

  it('names the GRANT where our role may not read a table, and guesses from its text', async () => {
    const said = await why('hidden');
    expect(said?.plan).toBeNull();
    expect(said?.noPlan?.reason).toMatch(
      /our role lacks the right that EXPLAIN asks for: permission denied for table hidden/,
    );
    expect(said?.noPlan?.fix).toMatch(/^GRANT SELECT ON public\.hidden TO nightshift_read;/);
    expect(said?.reasons[0]).toMatchObject({ kind: 'missing-index', sure: 'guess' });
    expect(said?.reasons[0]?.sentence).toMatch(/compares `owner_id` of `public\.hidden`.* no index begins with that/);
    expect(said?.advice[0]?.sql).toEqual([
      'CREATE INDEX CONCURRENTLY hidden_owner_id_idx',
      '  ON public.hidden (owner_id);',
    ]);
  });

  it('is unknown without a plan, and its coverage says what mends that', async () => {
    const shown = await report('hidden');
    expect(shown.status).toBe('unknown');
    expect(shown.coverage?.gaps[0]?.fix).toMatch(/^GRANT SELECT/);
  });

  it('looks for names where the role of the statement looks for them', async () => {
    expect((await why('path'))?.plan?.lines[0]).toMatch(/vault/);
  });

  it('says where it ran, when that is another database', async () => {
    expect((await why('elsewhere'))?.noPlan?.reason).toBe(
      'it ran in the database other, and our connection is to shop',
    );
  });

  it('says that a table is not found', async () => {
    expect((await why('gone'))?.noPlan?.reason).toMatch(
      /not found on the search path of its role, or was dropped since: relation "gone"/,
    );
  });

  it('says of an unknown id what may have become of it', async () => {
    const said = await onPostgres(server, (target) => asked(explain, target, { statement: 'ffffff' }));
    expect(said.headline).toMatch(/^q:ffffff could not be looked at: pg_stat_statements does not know it/);
    expect(said.status).toBe('unknown');
    expect(JSON.stringify(said).split('does not know it')).toHaveLength(2);
  });

  it('lists the statements when an id fits several', async () => {
    const all = await onPostgres(server, (target) => whyOf(target, { ids: ['0'] }));
    expect(all['0']?.matches.length).toBeGreaterThan(1);
    expect(all['0']?.matches[0]).toMatchObject({ id: expect.stringMatching(/^0[0-9a-f]{13}$/) as string });
  });

  it('plans nothing as a superuser where functions of others could run with such rights', async () => {
    const [member] = server.spec.members;
    const { username: user, password } = new URL(server.url);
    const login = { user, password: { from: 'env', name: 'SUPERUSER' } } as const;
    const powerful = {
      spec: { ...server.spec, members: member ? [{ ...member, credentials: { read: login } }] : [] },
      environment: { SUPERUSER: password },
    };
    const reason = async () => {
      const all = await onPostgres(powerful, (target) => whyOf(target, { ids: [ids.select] }));
      return all[ids.select]?.noPlan?.reason;
    };
    expect(await reason()).toBeUndefined();
    await server.query(
      `set role app; create function app.evil() returns int immutable language plpgsql as 'begin return 1; end'`,
    );
    expect(await reason()).toMatch(/^postgres may do everything on this server, .* \(1 here are theirs\)$/);
    await server.query('drop function app.evil()');
  });

  it('gives up on a table that somebody has locked, and leaves no transaction open', async () => {
    const locker = await server.connect('locker');
    await locker.query('begin; lock table orders in access exclusive mode');
    const seen = await onPostgres(server, async (target) => {
      const all = await whyOf(target, { ids: [ids.select] });
      const [after] =
        (await target.primary?.query<{ open: boolean }>('select now() <> statement_timestamp() as open')) ?? [];
      return { all, after };
    });
    await locker.query('rollback');
    await locker.end();
    expect(seen.all[ids.select]?.noPlan?.reason).toMatch(/^a table of it is locked at the moment/);
    expect(seen.after).toEqual({ open: false });
  });

  it('gives the same hash for the same plan and another one when the plan flips', async () => {
    const before = await why('select');
    const again = await why('select');
    await server.query('create index orders_customer on orders (customer_id)');
    const after = await why('select');
    await server.query('drop index orders_customer');
    expect(again?.plan?.hash).toBe(before?.plan?.hash);
    expect(after?.plan?.hash).not.toBe(before?.plan?.hash);
    expect(after?.plan?.lines.join('\n')).toMatch(/orders_customer/);
  });
});
