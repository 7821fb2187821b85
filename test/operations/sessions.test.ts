import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { readArguments } from '../../src/core/arguments.ts';
import { rootsOf, treesOf } from '../../src/checks/postgres/lock-tree.ts';
import { sessions } from '../../src/operations/sessions.ts';
import { drawTree, pruned, withSessions } from '../../src/operations/sessions/lock-drawing.ts';
import { MOST_SESSIONS } from '../../src/operations/sessions/postgres-look.ts';
import { hasDebianPostgres, startDebianPostgres } from '../checks/postgres/debian-postgres.ts';
import { onPostgres, until } from '../checks/looking.ts';
import { startTestPostgres } from '../servers.ts';
import { asked } from './asked.ts';

const drawn = (waiters: Parameters<typeof treesOf>[0]) =>
  treesOf(waiters).map((tree) => drawTree(withSessions(pruned(tree), new Map())));

describe('the drawing of a lock tree', () => {
  it('has every waiter once, below the one that it waits for', () => {
    const waiters = [
      { pid: 2, blockers: [1], waitSeconds: 9 },
      { pid: 3, blockers: [2, 1], waitSeconds: 5 },
      { pid: 4, blockers: [2, 5], waitSeconds: 4 },
      { pid: 6, blockers: [5], waitSeconds: 99 },
    ];
    const gone = 'it has just ended';
    expect(drawn(waiters)).toEqual([
      [`pid 1 · ${gone}`, `├─ pid 2 · ${gone}`, `│  └─ pid 4 · ${gone}`, `└─ pid 3 · ${gone}`],
      [`pid 5 · ${gone}`, `└─ pid 6 · ${gone}`],
    ]);
  });

  it('draws a circle from its oldest wait, because the server breaks it itself', () => {
    const circle = [
      { pid: 1, blockers: [2], waitSeconds: 1 },
      { pid: 2, blockers: [1], waitSeconds: 3 },
    ];
    expect(rootsOf(circle)).toEqual([]);
    expect(
      drawn(circle)
        .flat()
        .map((line) => /\d/.exec(line)?.[0]),
    ).toEqual(['2', '1']);
  });

  it('counts whom it does not draw', () => {
    const queue = Array.from({ length: 200 }, (_, n) => ({
      pid: n + 2,
      blockers: [n < 150 ? 1 : n + 1],
      waitSeconds: 9,
    }));
    const [lines = []] = drawn(queue);
    expect(lines.length).toBeLessThan(30);
    const hidden = lines.map((line) => Number(/and (\d+) more/.exec(line)?.[1] ?? 0)).reduce((a, b) => a + b, 0);
    expect(lines.filter((line) => line.includes('pid')).length - 1 + hidden).toBe(200);
  });
});

describe('the arguments of sessions', () => {
  it('take a few states by name', () => {
    expect(readArguments(sessions.args, { state: 'active', app: 'billing' })).toHaveProperty('args');
    expect(readArguments(sessions.args, { state: 'sleeping' })).toMatchObject({
      problems: [{ message: 'a state is one of active, idle, transaction, waiting' }],
    });
  });
});

const servers = [
  ['PostgreSQL 18', () => startTestPostgres()],
  ...(hasDebianPostgres ? [['PostgreSQL 15', () => startDebianPostgres()] as const] : []),
] as const;

describe.each(servers)('sessions of a real server, %s', (_version, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  const open: pg.Client[] = [];
  beforeAll(async () => {
    server = await start();
    const admin = await client('postgres', 'admin');
    await admin.query('create table jobs as select g as id, 0 as tries from generate_series(1, 3) g');
    await admin.query('drop role if exists shop; create role shop login superuser');
    await admin.query('alter role shop nosuperuser; grant all on jobs to shop');
    await admin.query("alter role shop password 'shop-password'");
  });
  afterEach(async () => {
    // A backend notices late that its client is gone, and would wait or hold its locks in the next test.
    const admin = await client('postgres', 'admin');
    await admin.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'shop'");
    await Promise.all(open.splice(0).map((one) => one.end().catch(() => {})));
  });
  afterAll(() => server.stop());

  async function client(user: string, application: string): Promise<pg.Client> {
    const { host = '', port = 0 } = server.spec.members[0] ?? {};
    const url = 'url' in server && typeof server.url === 'string' ? new URL(server.url) : undefined;
    const password = user === 'shop' ? 'shop-password' : (url?.password ?? '');
    const database = server.spec.database ?? 'postgres';
    const made = new pg.Client({ host, port, user, password, database, application_name: application });
    made.on('error', () => {});
    await made.connect();
    open.push(made);
    return made;
  }

  const look = (args: Record<string, string> = {}) => onPostgres(server, (target) => asked(sessions, target, args));

  /** `billing` forgets to commit, `web` waits for it, and what it holds keeps another one waiting. */
  async function pileUp(): Promise<number> {
    const root = await client('shop', 'billing');
    await root.query("begin; update jobs set tries = 7 where id = 1 and 'canary' <> ''");
    const middle = await client('shop', 'web');
    await middle.query('begin; update jobs set tries = 7 where id = 2');
    middle.query("update jobs set tries = 7 where id = 1 and 'canary' <> ''").catch(() => {});
    const last = await client('shop', 'cron "nightly"');
    last.query('update jobs set tries = 7 where id = 2').catch(() => {});
    await until(look, ({ headline }) => headline.includes('2 wait for locks'));
    return (root as pg.Client & { processID: number }).processID;
  }

  it('draws the lock tree with its root, whoever waits, and for how long', async () => {
    const pid = await pileUp();
    const report = await look();
    expect(report).toMatchObject({ operation: 'sessions', status: 'info' });
    const [root] = report.items ?? [];
    expect(root?.text).toMatch(
      new RegExp(`pid ${pid} \\(app billing, user shop, idle in transaction for .*blocks 2 sessions`),
    );
    expect(root?.lines).toMatchObject([
      expect.stringMatching(/^pid \d+ billing · idle in transaction for \d+ s · begin; update jobs set/),
      expect.stringMatching(/^└─ pid \d+ web · waits \d+ s · update jobs set tries = \?/),
      expect.stringMatching(/^ {3}└─ pid \d+ cron "nightly" · waits \d+ s · update jobs/),
    ]);
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('offers with each session how to stop it, and with what it was when it was seen', async () => {
    const pid = await pileUp();
    const busy = await client('shop', 'report');
    busy.query("select pg_sleep(600), 'canary'").catch(() => {});
    const report = await until(look, ({ items = [] }) => items.some(({ text }) => text.includes('app report')));
    const [root, ...others] = report.items ?? [];
    const member = server.spec.members[0]?.name;
    expect(root?.next).toEqual([
      expect.objectContaining({ operation: 'end', args: [String(pid), member, expect.stringMatching(/^\d{16}$/)] }),
    ]);
    const sleeper = others.find(({ text }) => text.includes('app report'));
    expect(sleeper?.next.map(({ operation, disruptive }) => ({ operation, disruptive }))).toEqual([
      { operation: 'cancel', disruptive: true },
      { operation: 'end', disruptive: true },
    ]);
    expect(others.map(({ text }) => text).join()).not.toMatch(/app (?:web|cron)/);
    const { processID } = busy as pg.Client & { processID: number };
    await (await client('postgres', 'admin')).query('select pg_cancel_backend($1)', [processID]);
  });

  it('shows what works before what idles, and ourselves not at all', async () => {
    await pileUp();
    await client('shop', 'idler');
    const { tables } = await look();
    const states = tables[0]?.rows.map(({ state }) => String(state).replace(/ for .*/, '')) ?? [];
    expect(states.indexOf('idle')).toBeGreaterThan(states.lastIndexOf('active'));
    expect(JSON.stringify(tables)).not.toContain('nightshift');
    expect(tables[1]?.rows).toContainEqual(expect.objectContaining({ application: 'web', user: 'shop', sessions: 1 }));
  });

  it('shows only the state or the application that was asked for', async () => {
    await pileUp();
    await client('shop', 'idler');
    const names = async (args: Record<string, string>) =>
      (await look(args)).tables[0]?.rows.map(({ application }) => application);
    expect(await names({ state: 'transaction' })).toEqual(['billing']);
    expect(await names({ app: 'BILL' })).toEqual(['billing']);
    expect((await names({ state: 'waiting' }))?.toSorted()).toEqual(['cron "nightly"', 'web']);
    expect(await names({ state: 'idle', app: 'idle' })).toEqual(['idler']);
    expect((await look({ app: 'idle' })).headline).toMatch(/^1 of \d+ sessions on .* named like "idle"/);
  });

  it('stays small with many sessions', async () => {
    for (let n = 0; n < 40; n += 1) await client('shop', `pool-${n}`);
    const report = await look();
    expect(report.tables[0]?.rows.length).toBe(MOST_SESSIONS);
    expect(report.tables[0]?.title).toMatch(new RegExp(`, ${MOST_SESSIONS} of 4\\d`));
    expect(report.tables[1]?.rows.length).toBe(12);
    expect(JSON.stringify(report).length).toBeLessThan(20_000);
  });
});

describe('sessions that cannot be seen', { timeout: 300_000 }, () => {
  it('are no empty list but a gap, with the GRANT that mends it', async () => {
    const server = await startTestPostgres();
    try {
      await server.query('revoke pg_monitor from nightshift_read');
      const report = await onPostgres(server, (target) => asked(sessions, target));
      expect(report).toMatchObject({
        status: 'unknown',
        coverage: { answered: 0, gaps: [{ kind: 'skipped', fix: 'GRANT pg_monitor TO nightshift_read;' }] },
      });
    } finally {
      await server.stop();
    }
  });

  it('of a named server are those of that server alone', async () => {
    const server = await startTestPostgres({ replica: true });
    try {
      const reader = await server.replica?.connect('reader');
      const report = await onPostgres(server, (target) => asked(sessions, target, { member: 'shop-db-2' }));
      expect(report.headline).toMatch(/on shop-db-2/);
      expect(report.tables[0]?.rows).toContainEqual(expect.objectContaining({ application: 'reader' }));
      const nobody = onPostgres(server, (target) => asked(sessions, target, { member: 'shop-db-9' }));
      await expect(nobody).rejects.toThrow('shop-db has no member of that name; there are shop-db-1, shop-db-2');
      await reader?.end();
    } finally {
      await server.stop();
    }
  });
});
