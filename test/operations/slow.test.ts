import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { readArguments } from '../../src/core/arguments.ts';
import type { Quiet } from '../../src/core/quiet.ts';
import type { Report } from '../../src/core/report.ts';
import { slow } from '../../src/operations/slow.ts';
import { countPostgres } from '../../src/operations/slow/count-postgres.ts';
import { statementTexts } from '../../src/operations/slow/statement-texts.ts';
import { openCloud } from '../../src/providers/cloud.ts';
import { CLOUD_NOW, hostedSpec, startTestCloud } from '../checks/in-the-cloud.ts';
import { healthyRds, waiting } from '../local/aws/cloud/orders.ts';
import { onPostgres, until } from '../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { installedMajors } from '../servers/postgres-majors.ts';
import { asked } from './asked.ts';
import { remembering } from './slow-memory.ts';

const HOUR_MS = 3_600_000;
const first = 'select $1::text as first';

let server: TestPostgres;
let shop: pg.Client;
let nowMs = Date.parse('2026-11-20T00:00:00Z');

beforeAll(async () => {
  server = await startTestPostgres({ replica: true });
  shop = await server.connect('checkout');
  await shop.query('create table orders as select n as id, n % 5000 as customer from generate_series(1, 20000) n');
});
afterAll(async () => {
  await shop.end();
  await server.stop();
});

async function work(calls: number, sleepSeconds = 0): Promise<void> {
  for (let n = 0; n < calls; n++) {
    await shop.query(`select count(*) from orders where customer = ${n} /*route='%2Fcart',trace='t-4711'*/`);
  }
  if (sleepSeconds > 0) await shop.query(`select pg_sleep(${sleepSeconds})`);
}

/** Until the replica has as many of the extension as the primary. */
async function replayed(count: number): Promise<void> {
  const installed = `select count(*)::int as count from pg_extension where extname = 'pg_stat_statements'`;
  await until(
    async () => (await server.replica?.query<{ count: number }>(installed)) ?? [],
    ([row]) => row?.count === count,
  );
}

function rowsOf(report: Report, title: string) {
  return report.tables.find((table) => table.title.startsWith(title))?.rows ?? [];
}

describe('/db slow', () => {
  it('takes a time, an order and nothing else', () => {
    expect(readArguments(slow.args, { since: '30m', by: 'temp' })).toHaveProperty('args');
    expect(readArguments(slow.args, { since: '15d' })).toMatchObject({
      problems: [{ field: 'since', message: 'how far back, as 30m, 24h or 7d; 14 days at most' }],
    });
    expect(readArguments(slow.args, { by: 'size' })).toMatchObject({ problems: [{ field: 'by' }] });
  });

  it('shows all that was counted where nothing is remembered, and says since when', async () => {
    await work(30);
    const report = await onPostgres(server, (target) => asked(slow, target));
    expect(report.headline).toMatch(
      /(?:of work a second|sessions busy) in .*; there is no earlier time yet to compare with$/,
    );
    expect(report.text.join(' ')).toContain('no earlier look is kept');
    expect(
      rowsOf(report, 'Statements of shop-db-1 (primary) by total time').map(({ statement }) => statement),
    ).toContainEqual(expect.stringMatching(/^select count\(\*\) from orders where customer = \?$/));
    expect(rowsOf(report, 'Servers').map(({ server: name, role }) => [name, role])).toEqual([
      ['shop-db-1', 'primary'],
      ['shop-db-2', 'replica'],
    ]);
  });

  it('keeps a muted statement out of its lines, and says that it is muted', async () => {
    const memory = remembering(() => nowMs);
    const look = async (calls: number, quiet?: Quiet) => {
      await work(calls);
      nowMs += HOUR_MS;
      const past = quiet ? { quiet } : {};
      return onPostgres(server, (target) => memory.ask(slow, target, { since: '1h' }, { past }));
    };
    for (let n = 0; n < 5; n++) await look(20);
    const loud = await look(200);
    expect(loud.findings[0]).toMatchObject({ change: 'NEW' });
    expect(loud.findings[0]?.sentence).toMatch(/is called 10× as often/);
    expect(loud.findings[0]?.actions?.map(({ operation }) => operation)).toEqual(['explain', 'advice', 'mute']);
    const key = loud.findings[0]?.key ?? '';
    const over = new Date(nowMs + 10 * HOUR_MS).toISOString();
    const about = { target: 'shop-db', what: key, by: 'ana', reason: 'known batch', upTo: 'warning' } as const;
    const mute = { ...about, at: over, until: over };
    const quiet = await look(200, { mutes: [mute], windows: [], acts: [] });
    expect(quiet.findings.map((one) => one.key)).not.toContain(key);
    expect(quiet.held).toMatchObject([
      { key, held: { by: 'mute', words: expect.stringContaining('by ana: known batch') } },
    ]);
  });

  it('names first what runs now and does not end: no counter knows of it', async () => {
    const memory = remembering(() => nowMs);
    for (let n = 0; n < 3; n++) {
      await work(20);
      nowMs += HOUR_MS;
      await onPostgres(server, (target) => memory.ask(slow, target, { since: '1h' }));
    }
    const search = await server.connect('shop-search');
    const endless = search.query(`select count(*) from orders, pg_sleep(600) where id = 4711`).catch(() => undefined);
    const age = `select clock_timestamp() - query_start > interval '6 s' as old from pg_stat_activity where query like '%(600)%' and pid <> pg_backend_pid()`;
    await until(
      () => server.query<{ old: boolean }>(age),
      ([row]) => row?.old === true,
    );
    nowMs += HOUR_MS;
    const report = await onPostgres(server, (target) => memory.ask(slow, target, { since: '1h' }));
    await server.query(`select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'shop-search'`);
    await Promise.all([endless, search.end()]);
    expect(report.findings[0]?.sentence).toMatch(
      /^`select count\(\*\) from orders, pg_sleep\(\?\) where id = \?` \(q:\w{6}\) runs now in 1 session of shop-search, the longest for \d+ s; it was never seen to end\./,
    );
    expect(report.headline).toMatch(/^1 statement runs and does not end; .* in 1 h by what ended, against/);
    const sinceSeconds = (nowMs - Date.parse(report.findings[0]?.since ?? '')) / 1_000;
    expect(sinceSeconds).toBeLessThan(600); // as long as it runs, and not the hour that is asked for
  });

  it('has buttons whose operations take their words', async () => {
    const report = await onPostgres(server, (target) => asked(slow, target));
    for (const { operation, args } of report.next) {
      expect(operation).toBe('slow');
      expect(readArguments(slow.args, Object.fromEntries([args]))).toHaveProperty('args');
    }
  });

  it('says what is missing where nothing is counted, and never that all is well', async () => {
    await shop.query('drop extension pg_stat_statements');
    await replayed(0);
    const report = await onPostgres(server, (target) => asked(slow, target));
    await shop.query('create extension pg_stat_statements');
    await replayed(1);
    expect(report).toMatchObject({
      status: 'unknown',
      headline: expect.stringContaining('pg_stat_statements is not in this database'),
      coverage: {
        answered: 0,
        gaps: expect.arrayContaining([expect.objectContaining({ fix: 'CREATE EXTENSION pg_stat_statements;' })]),
      },
    });
  });
});

describe('/db slow of a hosted target', () => {
  it('shows what sessions wait for beside its statements', async () => {
    const cloud = await startTestCloud();
    try {
      cloud.becomes(healthyRds('shop-db-1', 'shop-db-2'));
      cloud.model.loads = [waiting('shop-db-1', 'CPU', 0.9), waiting('shop-db-1', 'Lock:transactionid', 2.7)];
      const spec = hostedSpec('postgres', 'rds', 'shop-db-1', 'shop-db-2');
      const hosted = await openCloud(spec, { region: undefined, now: () => CLOUD_NOW });
      const report = await onPostgres(server, (target) =>
        remembering(() => nowMs).ask(slow, target, {}, { cloud: hosted }),
      );
      hosted.close();
      expect(rowsOf(report, 'What sessions of shop-db-1 wait for, mean of 15 min')).toEqual([
        { wait: 'Lock:transactionid', sessions: 2.7, share: '75 %' },
        { wait: 'CPU', sessions: 0.9, share: '25 %' },
      ]);
    } finally {
      await cloud.stop();
    }
  });
});

describe('what the room counts', () => {
  it('has no text, and the texts have no literal; of a comment only the place in the code stays', async () => {
    await shop.query(`select 'planted-secret' as a, 471104711 as b from orders limit 1`);
    await work(3);
    await onPostgres(server, async (target) => {
      const counting = await countPostgres(target);
      expect(JSON.stringify(counting)).not.toMatch(/orders|select/i);
      const ids = counting.looks.flatMap(({ rows }) => rows.map(([id]) => id));
      const { texts, left } = await statementTexts(target, ids);
      expect(left).toEqual([]);
      expect(texts.find(({ text }) => text.startsWith('select count(*) from orders'))?.tags).toEqual({
        route: '/cart',
      });
      expect(JSON.stringify(texts)).not.toMatch(/planted|471104711/);
    });
  });

  it('leaves out what we ask ourselves', async () => {
    await onPostgres(server, async (target) => {
      await countPostgres(target);
      const roles = (await countPostgres(target)).looks.flatMap(({ rows }) => rows.map(([, , role]) => role));
      expect(roles).not.toContain('nightshift_read');
    });
  });

  it('gives texts in pieces that fit into a checkpoint', async () => {
    for (let n = 0; n < 600; n++)
      await shop.query(`select ${'id + '.repeat(n)} id from orders where ${'id = 1 and '.repeat(60)} true limit 1`);
    await onPostgres(server, async (target) => {
      const ids = (await countPostgres(target)).looks.flatMap(({ rows }) => rows.map(([id]) => id));
      const piece = await statementTexts(target, ids);
      expect(JSON.stringify(piece.texts).length).toBeLessThan(160_000);
      const rest = await statementTexts(target, piece.left);
      expect(piece.left.length).toBeGreaterThan(0);
      expect(rest.texts.length).toBeGreaterThan(0);
    });
  });
});

describe.each(installedMajors.filter((major) => major !== 18))('on PostgreSQL %i', (major) => {
  it('the columns that its extension has are counted', async () => {
    const old = await startTestPostgres({ major });
    try {
      await old.query(first, ['x']);
      const counting = await onPostgres(old, (target) => countPostgres(target));
      expect(counting.blind).toEqual([]);
      expect(counting.looks[0]?.rows.length).toBeGreaterThan(0);
    } finally {
      await old.stop();
    }
  });
});
