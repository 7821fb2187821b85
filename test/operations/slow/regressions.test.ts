import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { slow } from '../../../src/operations/slow.ts';
import type { Report } from '../../../src/core/report.ts';
import { onPostgres } from '../../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { remembering } from '../slow-memory.ts';
import { TABLES } from './shop-tables.ts';

const DAY_MS = 86_400_000;
const BUSY_DAYS = 10;

let server: TestPostgres;
let shop: pg.Client;
let shadow: pg.Client;
let nowMs = Date.parse('2026-11-20T00:00:00Z');
const memory = remembering(() => nowMs);

/** One statement of the shop, what makes it slow, and what puts that right again. */
type Regression = {
  name: string;
  sql: string;
  calls: number;
  value?(n: number): unknown[];
  inject?(): Promise<unknown>;
  /** A setting of the session, for its own calls. */
  setting?: string;
  /** Instead of as usual. */
  callsThen?: number;
  valueThen?(n: number): unknown[];
  restore?(): Promise<unknown>;
  behindLock?: true;
  /** What the first finding says. */
  says: RegExp;
};

const run = (sql: string) => shop.query(sql);
/** By somebody whose statements are not counted. */
const unseen = (sql: string) => shadow.query(sql);

const regressions: Regression[] = [
  {
    name: 'a dropped index',
    sql: 'select count(*), max(note) from orders where customer = $1',
    calls: 100,
    value: (n) => [n],
    inject: () => run('drop index orders_customer'),
    restore: () => run('create index orders_customer on orders (customer)'),
    says: /customer = \?.* takes .* as long.*another plan, a lost index.*`drop index orders_customer` ran.*Its plan changed since .*`Seq Scan orders`.*no index begins with `customer`/,
  },
  {
    name: 'a doubled call rate',
    sql: 'select count(*) from shelves where room <> $1',
    calls: 60,
    value: (n) => [n],
    callsThen: 120,
    says: /shelves.* is called 2× as often/,
  },
  {
    name: 'statistics that are stale after a bulk load',
    sql: 'select count(*) from parts p join bins b using (bin) where p.state = $1',
    calls: 20,
    value: () => ['open'],
    inject: async () => {
      await unseen(`insert into parts select n, n % 2000, 'open' from generate_series(20001, 60000) n`);
    },
    restore: async () => {
      await run('delete from parts where id > 20000');
      await run('vacuum analyze parts');
    },
    says: /parts p join bins.* takes .* as long.*(?:reads|returns)/,
  },
  {
    name: 'a plan that flips when data is skewed',
    sql: 'select count(note) from events where kind = $1',
    calls: 40,
    value: (n) => [n % 500],
    inject: async () => {
      await unseen(`insert into events select n, 1, repeat('y', 200) from generate_series(1, 40000) n`);
      await unseen('analyze events');
    },
    valueThen: () => [1],
    restore: async () => {
      await run(`delete from events where kind = 1 and note like 'y%'`);
      await run('vacuum full analyze events');
    },
    says: /from events where kind = \?.* takes .* as long.*each call reads/,
  },
  {
    name: 'a sort that no longer fits into work_mem',
    sql: 'select count(wide) from (select repeat(label, 20) as wide from labels order by (id * 7919) % 50021 offset $1) sorted',
    calls: 6,
    value: () => [0],
    setting: `set work_mem = '64kB'`,
    says: /labels order by.*temporary files.*no longer fits into work_mem/,
  },
  {
    name: 'a statement that is new',
    sql: 'select count(*) from labels a where label like $1',
    calls: 0,
    callsThen: 40,
    value: () => ['%77%'],
    says: /labels a where label like \?.* is new/,
  },
  {
    name: 'waits for a lock',
    sql: 'update stock set amount = amount + 1 where id = $1',
    calls: 20,
    value: () => [1],
    behindLock: true,
    says: /update stock.* takes .* as long.*it waits/,
  },
  {
    name: 'a call that returns far more rows',
    sql: 'select * from lines where order_id between $1 and $2',
    calls: 100,
    value: (n) => [n, n],
    valueThen: (n) => [n, n + 400],
    says: /from lines where order_id.* takes .* as long.*rows \(was/,
  },
  {
    name: 'a table full of dead rows',
    sql: 'select sum(amount) from queue where $1 = $1',
    calls: 60,
    value: (n) => [n],
    inject: async () => {
      for (let n = 0; n < 60; n++) await unseen('update queue set amount = amount + 1');
    },
    restore: () => run('vacuum full queue'),
    says: /from queue.* takes .* as long.*each call reads/,
  },
  {
    name: 'a trigger that works along',
    sql: 'insert into visits values ($1)',
    calls: 200,
    value: (n) => [n],
    inject: async () => {
      await run(`create function tally() returns trigger language plpgsql as
                   'begin perform count(*) from shelves; return new; end'`);
      await run('create trigger tally before insert on visits for each row execute function tally()');
    },
    restore: () => unseen('drop trigger tally on visits'),
    says: /insert into visits.* takes .* as long.*each call reads.*(?:trigger|function).* ran in the same time/,
  },
];

beforeAll(async () => {
  server = await startTestPostgres({ settings: { autovacuum: 'off' } });
  shop = await server.connect('checkout');
  shadow = await server.connect('nobody');
  await shadow.query(`set pg_stat_statements.track = 'none'`);
  await shadow.query('set pg_stat_statements.track_utility = off');
  for (const statement of TABLES) await run(statement);
  // What was written before must not count as written after.
  await shop.end();
  shop = await server.connect('checkout');
  await run(`set work_mem = '256MB'`);
  await run('grant pg_read_all_data to nightshift_read');
  await run('vacuum analyze');
});
afterAll(async () => {
  await Promise.all([shop.end(), shadow.end()]);
  await server.stop();
});

/** What the shop does in a day, with one thing of it as it should not be. */
async function work(wrong?: Regression): Promise<void> {
  for (const one of regressions) await (one === wrong ? workWrongly(one) : call(one.sql, one.calls, one.value));
}

async function call(sql: string, calls: number, value: Regression['value'] = () => []): Promise<void> {
  for (let n = 0; n < calls; n++) await shop.query(sql, value(n));
}

async function workWrongly({ sql, value, ...one }: Regression): Promise<void> {
  if (one.setting) await run(one.setting);
  if (one.behindLock) for (let n = 0; n < one.calls; n++) await behindLock(() => call(sql, 1, value));
  else await call(sql, one.callsThen ?? one.calls, one.valueThen ?? value);
  await run(`set work_mem = '256MB'`);
}

/** The statement waits for a row that another session holds until it is seen waiting. */
async function behindLock(update: () => Promise<unknown>): Promise<void> {
  const holder = await server.connect('billing');
  await holder.query(`set pg_stat_statements.track = 'none'`);
  await holder.query('begin');
  await holder.query('update stock set amount = amount where id = 1');
  const waits = update();
  const seen = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'checkout'`;
  while ((await holder.query(seen)).rowCount === 0);
  await holder.query('select pg_sleep(0.02)');
  await holder.query('commit');
  await waits;
  await holder.end();
}

async function day(wrong?: Regression): Promise<void> {
  await work(wrong);
  nowMs += DAY_MS;
}

/** As it is read in the morning. */
function digest(): Promise<Report> {
  const trigger = { kind: 'schedule', name: 'morning', scheduledAt: new Date(nowMs).toISOString() } as const;
  return onPostgres(server, (target) => memory.ask(slow, target, {}, { trigger }));
}

/**
 * On a busy machine another statement may really be the one that got slowest, for a day. What is wrong with a statement is wrong the
 * next day too.
 */
async function firstLines(wrong: Regression): Promise<string[]> {
  const told: string[] = [];
  while (told.length < 3 && !wrong.says.test(told.at(-1) ?? '')) {
    await day(wrong);
    told.push((await digest()).findings[0]?.sentence ?? 'nothing moved');
  }
  return told;
}

describe('the digest', () => {
  it('of ten busy but unchanged days says in one line that nothing moved', async () => {
    await digest();
    const told: Report[] = [];
    for (let n = 0; n <= BUSY_DAYS; n++) {
      await day();
      const report = await digest();
      // The first day has nothing to be compared with.
      if (n > 0) told.push(report);
    }
    expect(told.map(({ findings }) => findings)).toEqual(told.map(() => []));
    expect(told.at(-1)?.headline).toMatch(
      /^nothing moved: [\d.e-]+ ms of work a second in 1 d, against the same hours of the 7 days before$/,
    );
    expect(told.at(-1)).toMatchObject({ status: 'healthy', tables: [], charts: [], text: [] });
  });

  it.each(regressions)('of a day with $name says so in its first line', async (wrong) => {
    await wrong.inject?.();
    const told = await firstLines(wrong);
    await wrong.restore?.();
    expect(told.at(-1)).toMatch(wrong.says);
  });
});
