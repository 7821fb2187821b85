import type pg from 'pg';
import type { ReasonKind } from '../../../src/operations/explain/why-types.ts';

/** A reason for slowness as it happens to people: how the tables come to it, what the application runs, and what has to be named. */
export type Situation = {
  name: string;
  seed: readonly string[];
  /** What the application sends, with literals, some times. */
  run(app: pg.Client): Promise<void>;
  /** A part of its text, by which it is found again. */
  marker: RegExp;
  reason: ReasonKind;
  /** The words that its first reason has to say. */
  says: RegExp;
  /** The beginning of the SQL that is advised first; absent where the advice is to write it otherwise. */
  sql?: RegExp;
};

const WORDS = `md5(g::text)`;
const many = async (times: number, work: (n: number) => Promise<unknown>) => {
  for (let n = 1; n <= times; n += 1) await work(n);
};

export const situations: readonly Situation[] = [
  {
    name: 'an index was dropped',
    seed: [
      `create table orders as select g as id, g % 10000 as customer_id, ${WORDS} as note from generate_series(1, 40000) g`,
      'alter table orders add primary key (id)',
      'analyze orders',
    ],
    run: (app) => many(3, (n) => app.query(`select * from orders where customer_id = ${n}`)),
    marker: /from orders where customer_id/,
    reason: 'missing-index',
    says: /`public\.orders`.*no index begins with `customer_id`/,
    sql: /^CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public\.orders \(customer_id\);$/,
  },
  {
    name: 'statistics are older than a load of many rows',
    seed: [
      `create table events (id int primary key, kind int, body text)`,
      `insert into events select g, g % 10, ${WORDS} from generate_series(1, 100) g`,
      'analyze events',
      `insert into events select g, 77, ${WORDS} from generate_series(101, 40000) g`,
      'create index events_kind_idx on events (kind)',
    ],
    run: (app) => many(3, () => app.query('select count(*) from events e join events f using (id) where e.kind = 77')),
    marker: /from events e join events f/,
    reason: 'stale-statistics',
    says: /`public\.events` was analysed .* ago, and 39,900 rows changed since/,
    sql: /^ANALYZE public\.events;$/,
  },
  {
    name: 'a foreign key has no index on the referring side',
    seed: [
      `create table customers as select g as id, ${WORDS} as name from generate_series(1, 5000) g`,
      'alter table customers add primary key (id)',
      `create table invoices as select g as id, 1000 + g % 4000 as customer_id, ${WORDS} as note from generate_series(1, 40000) g`,
      'alter table invoices add primary key (id), add foreign key (customer_id) references customers',
      'analyze customers, invoices',
    ],
    run: (app) => many(3, (n) => app.query(`delete from customers where id = ${n}`)),
    marker: /delete from customers where id/,
    reason: 'missing-foreign-key-index',
    says: /Each row deleted from `public\.customers` .* all .* of `public\.invoices`.*no index there begins with `customer_id`/,
    sql: /^CREATE INDEX CONCURRENTLY invoices_customer_id_idx ON public\.invoices \(customer_id\);$/,
  },
  {
    name: 'a function stands around the column',
    seed: [
      `create table users as select g as id, 'Ana' || g || '@example.com' as email, ${WORDS} as name from generate_series(1, 30000) g`,
      'create index users_email_idx on users (email)',
      'analyze users',
    ],
    run: (app) => many(3, (n) => app.query(`select id from users where lower(email) = 'ana${n}@example.com'`)),
    marker: /from users where lower\s*\(email\)/,
    reason: 'function-on-column',
    says: /`lower\(email\)` makes of `email`: the index `users_email_idx` on the column cannot be used/,
    sql: /^CREATE INDEX CONCURRENTLY users_lower_email_idx ON public\.users \(lower\(email\)\);$/,
  },
  {
    name: 'the column is cast to the type of the parameter',
    seed: [
      `create table accounts as select g::bigint as id, ${WORDS} as name from generate_series(1, 40000) g`,
      'alter table accounts add primary key (id)',
      'analyze accounts',
    ],
    run: (app) => many(3, (n) => app.query(`select name from accounts where id = ${n}::numeric`)),
    marker: /from accounts where id/,
    reason: 'cast-on-column',
    says: /compares `id` as numeric, and it is bigint: the index `accounts_pkey` on the column cannot be used/,
  },
  {
    name: 'LIKE with a fixed beginning in the order of a language',
    seed: [
      `create table products (id int, code text collate "en-x-icu")`,
      `insert into products select g, ${WORDS} || 'xxxxxxxxxxxxxxxxxxxx' from generate_series(1, 30000) g`,
      'create index products_code_idx on products (code)',
      'analyze products',
    ],
    run: (app) => many(3, (n) => app.query(`select id from products where code like 'abc${n}%'`)),
    marker: /from products where code like/,
    reason: 'pattern-without-opclass',
    says: /`code` of `public\.products` by LIKE, and the index `products_code_idx` is in the order of a language/,
    sql: /^CREATE INDEX CONCURRENTLY products_code_idx1 ON public\.products \(code text_pattern_ops\);$/,
  },
  {
    name: 'a sort does not fit into work_mem',
    seed: [
      `create table visits as select g as id, ${WORDS} as path, g % 1000 as account from generate_series(1, 40000) g`,
      'analyze visits',
      `alter role app in database shop set work_mem = '64kB'`,
    ],
    run: (app) => many(3, () => app.query('select count(*) from (select path from visits order by path) v')),
    marker: /from visits order by path/,
    reason: 'work-memory',
    says: /Each call writes and reads .* of temporary files \(sort\): that does not fit into work_mem, 64 kB/,
    sql: /^ALTER ROLE app IN DATABASE shop SET work_mem TO \d+;$/,
  },
  {
    name: 'most rows of the table are dead',
    seed: [
      `create table jobs (id int primary key, body text) with (autovacuum_enabled = off)`,
      `insert into jobs select g, ${WORDS} || ${WORDS} from generate_series(1, 40000) g`,
      'analyze jobs',
      'delete from jobs where id > 2000',
    ],
    run: (app) => many(3, () => app.query(`select count(*) from jobs where body <> 'x'`)),
    marker: /from jobs where body/,
    reason: 'dead-rows',
    says: /95 % of the rows in `public\.jobs` are dead \(38,000 rows beside 2,000 live ones\)/,
    sql: /^VACUUM \(ANALYZE\) public\.jobs;$/,
  },
  {
    name: 'one value is most of the table and others are rare',
    seed: [
      `create table tasks as select g as id, case when g % 2000 = 0 then g else 0 end as state, ${WORDS} as body from generate_series(1, 60000) g`,
      'create index tasks_state_idx on tasks (state)',
      'analyze tasks',
    ],
    run: async (app) => {
      await many(6, (n) => app.query(`select sum(length(body)) from tasks where state = ${n * 2000}`));
      await many(2, () => app.query('select sum(length(body)) from tasks where state = 0'));
    },
    marker: /from tasks where state/,
    reason: 'generic-plan',
    says: /One plan cannot fit all values: the commonest value of `state` is over 99 % of `public\.tasks`/,
    sql: /^ALTER ROLE app IN DATABASE shop SET plan_cache_mode TO force_custom_plan;$/,
  },
  {
    name: 'the last page of a list is sorted from all rows',
    seed: [
      `create table posts as select g as id, now() - g * interval '1 minute' as created_at, ${WORDS} as body from generate_series(1, 40000) g`,
      'analyze posts',
    ],
    run: (app) => many(3, (n) => app.query(`select id from posts order by created_at desc limit 20 offset ${n}0000`)),
    marker: /from posts order by created_at/,
    reason: 'sort-without-index',
    says: /sorts about 40,000 rows of `public\.posts` by `created_at`/,
    sql: /^CREATE INDEX CONCURRENTLY posts_created_at_idx ON public\.posts \(created_at\);$/,
  },
  {
    name: 'OFFSET skips far into an index',
    seed: [
      `create table pages as select g as id, ${WORDS} as body from generate_series(1, 40000) g`,
      'alter table pages add primary key (id)',
      'analyze pages',
    ],
    run: (app) => many(3, (n) => app.query(`select id, body from pages order by id limit 5 offset ${n}5000`)),
    marker: /from pages order by id/,
    reason: 'deep-offset',
    says: /skips rows by OFFSET, and whatever is skipped is read first: on average a call reads .* pages and gives 5 rows/,
  },
  {
    name: 'an index is there in name only',
    seed: [
      `create table parcels as select g as id, g % 10000 as code, ${WORDS} as note from generate_series(1, 30000) g`,
      'create index parcels_code_idx on parcels (code)',
      `update pg_index set indisvalid = false where indexrelid = 'parcels_code_idx'::regclass`,
      'analyze parcels',
    ],
    run: (app) => many(3, (n) => app.query(`select * from parcels where code = ${n}`)),
    marker: /from parcels where code/,
    reason: 'invalid-index',
    says: /The index `parcels_code_idx` on `public\.parcels` would serve, and it is invalid/,
    sql: /^REINDEX INDEX CONCURRENTLY public\.parcels_code_idx;$/,
  },
  {
    name: 'no partition of a table has an index',
    seed: [
      'create table readings (id int, day int, sensor int, note text) partition by list (day)',
      ...Array.from({ length: 12 }, (_, n) => `create table readings_${n} partition of readings for values in (${n})`),
      `insert into readings select g, g % 12, g % 9000, ${WORDS} from generate_series(1, 36000) g`,
      'analyze readings',
    ],
    run: (app) => many(3, (n) => app.query(`select * from readings where sensor = ${n}`)),
    marker: /from readings where sensor/,
    reason: 'missing-index',
    says: /reads all .* MB of `public\.readings` to keep about \d+ rows of 36,000 rows: no index begins with `sensor`/,
    sql: /^CREATE INDEX readings_sensor_idx ON ONLY public\.readings \(sensor\); CREATE INDEX CONCURRENTLY readings_0_\w+ ON public\.readings_0 \(sensor\); ALTER INDEX public\.readings_sensor_idx ATTACH PARTITION public\.readings_0_\w+;$/,
  },
];
