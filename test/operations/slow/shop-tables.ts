/** The tables of a shop, with the indexes that its statements need. */
export const TABLES: readonly string[] = [
  `create table orders as select n as id, n % 5000 as customer, repeat('x', 100) as note from generate_series(1, 60000) n`,
  'create index orders_customer on orders (customer)',
  `create table shelves as select n as id, n % 7 as room from generate_series(1, 8000) n`,
  `create table parts as select n as id, n % 2000 as bin, case when n % 100 = 0 then 'open' else 'done' end as state
               from generate_series(1, 20000) n`,
  'create table bins as select n as bin from generate_series(0, 1999) n',
  'create index parts_state on parts (state)',
  `create table events as select n as id, n % 500 as kind, repeat('x', 200) as note from generate_series(1, 20000) n`,
  'create index events_kind on events (kind)',
  `create table labels as select n as id, md5(n::text) as label from generate_series(1, 50000) n`,
  'create table stock as select n as id, n as amount from generate_series(1, 2000) n',
  'create index stock_id on stock (id)',
  `create table lines as select n as id, n / 20 as order_id, repeat('z', 80) as note from generate_series(1, 40000) n`,
  'create index lines_order on lines (order_id)',
  'create table visits (at int)',
  'create table queue as select n as id, n as amount from generate_series(1, 2000) n',
];
