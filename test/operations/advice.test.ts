import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advice } from '../../src/operations/advice.ts';
import { whyOf } from '../../src/operations/explain/why.ts';
import { onPostgres } from '../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import type { PostgresMajor } from '../servers/postgres-majors.ts';
import { asked } from './asked.ts';
import { connectApp, CREATE_APP, idsOf } from './explain/app-client.ts';

/** Of Debian's package postgresql-15-hypopg. */
const hasHypopg =
  existsSync('/usr/lib/postgresql/15/lib/hypopg.so') && existsSync('/usr/lib/postgresql/15/bin/postgres');
const servers: readonly { name: string; major: PostgresMajor; hypopg: boolean }[] = [
  { name: 'PostgreSQL 18 without HypoPG', major: 18, hypopg: false },
  ...(hasHypopg ? [{ name: 'PostgreSQL 15 with HypoPG', major: 15 as const, hypopg: true }] : []),
];

describe.each(servers)('advice on $name', ({ major, hypopg }) => {
  let server: TestPostgres;
  let ids: string[] = [];
  const markers = [
    /from orders where customer_id = /,
    /from settings where/,
    /from orders where state/,
    /from orders o join/,
    /from letters where/,
  ];

  beforeAll(async () => {
    server = await startTestPostgres({ major, settings: { autovacuum: 'off', max_parallel_workers_per_gather: '0' } });
    await server.query(CREATE_APP);
    if (hypopg) await server.query('create extension hypopg');
    await server.query(`
      create table orders as
        select g as id, g % 5000 as customer_id, g % 3 as state, md5(g::text) as note from generate_series(1, 40000) g;
      create table customers as select g as id, md5(g::text) as name from generate_series(1, 5000) g;
      create table settings as select g as id, g % 50 as owner from generate_series(1, 2000) g;
      create table letters as
        select g as id, g % 4000 as box, case when g % 50 > 0 then now() end as sent_at, md5(g::text) as body
          from generate_series(1, 40000) g;
      alter table customers add primary key (id)`);
    await server.query('analyze');
    await server.query('grant select on all tables in schema public to app, nightshift_read');
    const app = await connectApp(server);
    await app.query('select * from orders where customer_id = 1');
    await app.query('select * from settings where owner = 1');
    await app.query('select count(*) from orders where state = 1');
    await app.query(`select o.id from orders o join customers c on c.id = o.customer_id where c.name = 'nobody'`);
    await app.query('select * from letters where box = 7 and sent_at is null');
    await app.end();
    ids = await idsOf(server, markers);
  });
  afterAll(() => server?.stop());

  const why = async (n: number) => {
    const id = ids[n] ?? '';
    return (await onPostgres(server, (target) => whyOf(target, { ids: [id] })))[id];
  };

  it('gives the index as SQL to copy, with what it locks and costs', async () => {
    const said = await onPostgres(server, (target) => asked(advice, target, { statement: ids[0] ?? '' }));
    const [first, notes] = said.items ?? [];
    expect(first?.lines).toEqual([
      'CREATE INDEX CONCURRENTLY orders_customer_id_idx',
      '  ON public.orders (customer_id);',
    ]);
    expect(notes?.text).toMatch(/about .* of disk and seconds to build/);
    expect(notes?.text).toMatch(
      /waits for every transaction that is open.*DROP INDEX CONCURRENTLY public\.orders_customer_id_idx;/,
    );
    expect(first?.text).toMatch(
      hypopg
        ? /^1\. An index on public\.orders \(customer_id\) brings the planned cost of a call from [\d,.]+ to [\d.]+ \(9\d(\.\d)? % less\), tried with HypoPG\. \(proved\)$/
        : /^1\. An index on public\.orders \(customer_id\) should help; nobody has tried it\. \(a guess\)$/,
    );
    expect(said.next[0]).toMatchObject({ operation: 'explain', args: [ids[0]] });
  });

  it('advises no index on a tiny table', async () => {
    expect((await why(1))?.advice).toEqual([]);
  });

  it('advises no index on a column with three values', async () => {
    expect((await why(2))?.advice).toEqual([]);
  });

  it('indexes the column of a join whose other side asks for few rows', async () => {
    const said = await why(3);
    expect(said?.reasons.map(({ sentence }) => sentence).join(' ')).toMatch(/joins `public\.orders` by `customer_id`/);
    expect(said?.advice[0]?.sql[1]).toBe('  ON public.orders (customer_id);');
  });

  it('makes the index partial where rows without a value are rare and looked for', async () => {
    expect((await why(4))?.advice[0]?.sql).toEqual([
      'CREATE INDEX CONCURRENTLY letters_box_idx',
      '  ON public.letters (box)',
      '  WHERE sent_at IS NULL;',
    ]);
  });

  it('leaves nothing behind, in its session either', async () => {
    const left = await onPostgres(server, async (target) => {
      await whyOf(target, { ids });
      return await target.primary?.query<{ count: number }>(
        `select (select count(*) from pg_indexes where tablename = 'orders')::int
                + (select count(*) from pg_prepared_statements)::int
                ${hypopg ? '+ (select count(*) from hypopg_list_indexes)::int' : ''} as count`,
      );
    });
    expect(left).toEqual([{ count: 0 }]);
  });
});
