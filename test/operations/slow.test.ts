import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { slow } from '../../src/operations/slow.ts';
import { statements } from '../../src/operations/statements.ts';
import { renderTextReport } from '../../src/cli/report.ts';
import { onPostgres } from '../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { asked } from './asked.ts';
import { remembering, type Remembering } from './slow-memory.ts';

let server: TestPostgres;
let shop: pg.Client;

beforeAll(async () => {
  server = await startTestPostgres();
  shop = await server.connect('checkout');
  await shop.query(`create table orders as select n as id, n % 5000 as customer, repeat('x', 100) as note
                      from generate_series(1, 100000) n`);
  await shop.query('create index orders_customer on orders (customer)');
  await shop.query('vacuum analyze orders');
});
afterAll(async () => {
  await shop.end();
  await server.stop();
});

async function times(count: number, sql: string, value: (n: number) => unknown[]): Promise<void> {
  for (let n = 0; n < count; n++) await shop.query(sql, value(n));
}

const BY_CUSTOMER = 'select count(*), max(note) from orders where customer = $1';
const BY_ID = 'select note from orders where id between $1 and $1 + 10';

/** What a shop does in a while. */
async function usual(): Promise<void> {
  await times(200, BY_CUSTOMER, (n) => [n]);
  await times(20, BY_ID, (n) => [n * 10]);
}

const HOUR_MS = 3_600_000;
let nowMs = Date.parse('2026-11-20T00:00:00Z');

/** An hour of the shop, and the look at its end. */
async function hour(memory: Remembering, work: () => Promise<void>): Promise<void> {
  await work();
  nowMs += HOUR_MS;
  await onPostgres(server, (target) => memory.ask(statements, target));
}

describe('slow', () => {
  it('names a statement first whose index is gone, with the pages that it reads now', async () => {
    const memory = remembering(() => nowMs);
    for (let n = 0; n < 5; n++) await hour(memory, usual);
    await shop.query('drop index orders_customer');
    await usual();
    nowMs += HOUR_MS;
    const report = await onPostgres(server, (target) => memory.ask(slow, target, { since: '1h' }));
    console.log(renderTextReport(report, { colour: false, width: 120 }));
    expect(report.findings[0]?.sentence).toContain('customer');
  });

  it('shows what was ever counted where nothing is remembered', async () => {
    const report = await onPostgres(server, (target) => asked(slow, target));
    expect(report.headline).toContain('there is no earlier time');
  });
});
