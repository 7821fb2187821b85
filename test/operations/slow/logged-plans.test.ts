import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import type { LoggedPlan } from '../../../src/core/statement.ts';
import { drawTextPlan } from '../../../src/operations/log/logged-plan.ts';
import { log } from '../../../src/operations/log.ts';
import { slow } from '../../../src/operations/slow.ts';
import { withLogged } from '../../../src/statements/logged-plans.ts';
import { onPostgres, until } from '../../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { asked } from '../asked.ts';
import { remembering } from '../slow-memory.ts';

const HOUR_MS = 3_600_000;
const LOOKS = 6;
const formats = ['text', 'json'] as const;
let server: TestPostgres;
let shop: pg.Client;
let nowMs = Date.now() - LOOKS * HOUR_MS;
const memory = remembering(() => nowMs);

beforeAll(async () => {
  server = await startTestPostgres({
    settings: { logging_collector: 'on', log_line_prefix: '%m [%p] %q%u@%d ' },
  });
  shop = await server.connect('checkout');
  for (const format of formats) {
    await shop.query(
      `create table orders_${format} as select n as id, n % 5000 as customer from generate_series(1, 60000) n`,
    );
    await shop.query(`create index customer_${format} on orders_${format} (customer)`);
    await shop.query(`analyze orders_${format}`);
  }
  await shop.query("load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on");
});
afterAll(async () => {
  await shop.end();
  await server.stop();
});

async function hour(calls: number): Promise<void> {
  for (const format of formats) {
    await shop.query(`set auto_explain.log_format = ${format}`);
    for (let n = 0; n < calls; n++)
      await shop.query(`select count(*) from orders_${format} where customer = 471104711`);
  }
  nowMs += HOUR_MS;
}

const scheduled = { kind: 'schedule', name: 'hourly-log', scheduledAt: '2026-11-28T00:00:00.000Z' } as const;

/** As a schedule reads the log; the server writes it in a moment. */
async function readLog(): Promise<void> {
  const marker = `written at ${nowMs}`.replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
  await shop.query(`do $$ begin raise exception '${marker}'; end $$`).catch(() => undefined);
  await until(
    () => onPostgres(server, (target) => asked(log, target)),
    ({ items }) => JSON.stringify(items).includes(marker),
  );
  const realNowMs = nowMs;
  nowMs = Date.now();
  await onPostgres(server, (target) => memory.ask(log, target, {}, { trigger: scheduled }));
  nowMs = realNowMs;
}

describe('a plan that flips, seen in the log', () => {
  it.each(formats)(
    'is told as the reason of a statement that got slower, with both trees, from format %s',
    async (format) => {
      if (format === formats[0]) {
        for (let n = 1; n < LOOKS; n++) {
          await hour(20);
          await onPostgres(server, (target) => memory.ask(slow, target, { since: '1h' }));
        }
        await readLog();
        for (const one of formats) await shop.query(`drop index customer_${one}`);
        await hour(40);
        await readLog();
      }
      const report = await onPostgres(server, (target) => memory.ask(slow, target, { since: '1h' }));
      const finding = report.findings.find(({ sentence }) => sentence.includes(`from orders_${format} `));
      expect(finding?.sentence).toMatch(
        /Its plan in the log is another one since 20.* UTC: `(?:Bitmap|Index).*` \(.* ms at most\) → `Seq Scan orders_\w+` \(.* ms\)\./,
      );
      const { planInLog, planInLogBefore } = (finding?.evidence ?? {}) as Record<string, string[]>;
      expect(planInLog?.join('\n')).toMatch(/last at .*\n.*Aggregate[\s\S]*Seq Scan orders_/);
      expect(planInLogBefore?.join('\n')).toMatch(/customer_/);
      expect(JSON.stringify(report)).not.toContain('471104711');
    },
  );
});

describe('a plan of the format text', () => {
  const plan = (
    cost: string,
    value: string,
    table = 'orders',
  ) => `Aggregate  (cost=${cost} rows=1 width=8) (actual time=8.1..8.2 rows=1.00 loops=1)
  ->  Hash Join  (cost=${cost} rows=5 width=0) (actual time=0.1..8.0 rows=4.00 loops=1)
        Hash Cond: (o.customer = c.id)
        ->  Seq Scan on ${table} o  (cost=${cost} rows=12 width=4) (actual time=0.1..7.9 rows=12.00 loops=1)
              Filter: (note = '${value}'::text)
              Rows Removed by Filter: 59988
        ->  Hash  (cost=${cost} rows=3 width=4) (never executed)
              ->  Index Only Scan using customers_pkey on customers c  (cost=${cost} rows=3 width=4) (never executed)`;

  it('is drawn as a tree with what was measured, without a value', () => {
    expect(drawTextPlan(plan('0.00..1014.00', 'secret'))?.lines).toEqual([
      '  Aggregate · 8.2 ms · 1 row',
      '    Hash Join · 8.0 ms · 4 rows',
      '        hash cond: (o.customer = c.id)',
      '      Seq Scan orders o · 7.9 ms · 12 rows',
      '          filter: (note = ?::text)',
      '          rows removed by filter: 59988',
      '      Hash · never executed',
      '        Index Only Scan customers c by cus… · never executed',
    ]);
  });

  it('is the same plan with other costs, rows and values, and another one over another table', () => {
    const hash = (...args: Parameters<typeof plan>) => drawTextPlan(plan(...args))?.hash;
    expect(hash('0.00..9.00', 'a')).toBe(hash('0.00..1014.00', 'b'));
    expect(hash('0.00..9.00', 'a', 'orders_old')).not.toBe(hash('0.00..9.00', 'a'));
  });

  it('is none where no node is', () => {
    expect(drawTextPlan('Query Text: select 1')).toBeUndefined();
  });
});

describe('what is kept of plans in logs', () => {
  const plan = (hash: string, hourOfDay: number, member = 'shop-db-1'): LoggedPlan => {
    const at = `2026-11-28T0${hourOfDay}:00:00.000Z`;
    return { shape: 'a', hash, lines: [hash], firstAt: at, lastAt: at, slowestMs: hourOfDay, member };
  };
  const kept = (...plans: LoggedPlan[]) =>
    withLogged<{ logged?: readonly LoggedPlan[] }>({ a: {} }, plans)['a']?.logged?.map(
      ({ hash, firstAt, lastAt, member }) => `${member} ${hash} ${firstAt.slice(11, 13)}-${lastAt.slice(11, 13)}`,
    );

  it('are the last two of each member that differ, each with its time', () => {
    expect(kept(plan('x', 1), plan('y', 2), plan('y', 3), plan('z', 4), plan('x', 4, 'shop-db-2'))).toEqual([
      'shop-db-2 x 04-04',
      'shop-db-1 z 04-04',
      'shop-db-1 y 02-03',
    ]);
  });

  it('does not change when the same piece of a log is read again', () => {
    expect(kept(plan('x', 1), plan('y', 2), plan('x', 1), plan('y', 2))).toEqual(kept(plan('x', 1), plan('y', 2)));
    const once = withLogged<{ logged?: readonly LoggedPlan[] }>({ a: {} }, [plan('x', 1), plan('y', 2)]);
    expect(withLogged(once, [plan('x', 1), plan('y', 2)])).toEqual(once);
  });
});
