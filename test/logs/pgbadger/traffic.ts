import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { installedMajors } from '../../servers/postgres-majors.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';

export const PREFIX = '%t:%r:%u@%d:[%p]:';

const SETTINGS = {
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'pg.log',
  log_destination: 'stderr,csvlog,jsonlog',
  log_line_prefix: PREFIX,
  log_timezone: 'UTC',
  log_min_duration_statement: '0',
  log_connections: 'on',
  log_disconnections: 'on',
  log_autovacuum_min_duration: '0',
  log_checkpoints: 'on',
  log_lock_waits: 'on',
  deadlock_timeout: '100ms',
  autovacuum_naptime: '1s',
  autovacuum_vacuum_threshold: '1',
  autovacuum_vacuum_scale_factor: '0',
  lc_messages: 'C',
};

/** What a server wrote of the same traffic in each format. */
export type Logs = { stderr: Buffer; csv: Buffer; json: Buffer };

/** A server that logs everything, a few clients that do what is counted in logs, and what the server wrote of it. */
export async function logsOfTraffic(): Promise<Logs> {
  const server = await startTestPostgres({ major: installedMajors[0] ?? 18, settings: SETTINGS });
  try {
    const client = await server.connect('shop');
    await statements(client);
    await failures(client);
    await waits(server, client);
    await upkeep(client);
    await client.end();
    await server.primary.stop();
    // The collector of the logs ends after the server, when all that was said to it is written.
    for (const name of ['pg.log', 'pg.csv', 'pg.json']) await untilLogged(server, name, 'database system is shut down');
    const read = (name: string) => readFileSync(join(server.primary.dataDirectory, 'log', name));
    return { stderr: read('pg.log'), csv: read('pg.csv'), json: read('pg.json') };
  } finally {
    await server.stop();
  }
}

async function statements(client: pg.Client): Promise<void> {
  await client.query('create table item (id int primary key, name text, price numeric)');
  await client.query("insert into item select i, 'item ' || i, i * 1.5 from generate_series(1, 20000) i");
  for (let i = 1; i <= 30; i++) {
    await client.query(`select name from item where id = ${i}`);
    await client.query(`SELECT  name\nFROM item -- by name\nWHERE name = 'it''s ${i}' AND price > -${i}.5`);
    await client.query(`select id from item where id in (${Array.from({ length: i }, (_, j) => j).join(', ')})`);
    await client.query('update item set price = price + $1 where id = $2', [i, i]);
    await client.query({
      name: 'by_price',
      text: 'select count(*) from item where price between $1 and $2',
      values: [i, 99],
    });
  }
  await client.query("begin; update item set name = 'a' where id = 1; commit");
  await client.query("set work_mem = '64kB'");
  await client.query('select name from item order by price desc, name offset 19999');
  await client.query('reset work_mem');
}

async function failures(client: pg.Client): Promise<void> {
  const fail = async (sql: string) => void (await client.query(sql).catch(() => {}));
  await fail('select * from missing where id = 5');
  await fail('select * from missing where id = 6');
  await fail("insert into item values (1, 'again', 1)");
  await fail('select 1 / 0');
  await fail('selec 1');
  await fail("select 'x'::int");
  await client.query("set statement_timeout = '20ms'");
  await fail('select pg_sleep(5)');
  await client.query('reset statement_timeout');
}

/** One client waits for a lock and gets it, and two block each other. */
async function waits(server: TestPostgres, client: pg.Client): Promise<void> {
  const other = await server.connect('report');
  await client.query('begin');
  await client.query("update item set name = 'b' where id = 2");
  const waiting = other.query("update item set name = 'c' where id = 2");
  await untilLogged(server, 'pg.log', 'still waiting for');
  await client.query('commit');
  await waiting;
  await client.query('begin');
  await other.query('begin');
  await client.query("update item set name = 'd' where id = 3");
  await other.query("update item set name = 'd' where id = 4");
  const results = [
    client.query("update item set name = 'e' where id = 4"),
    other.query("update item set name = 'e' where id = 3"),
  ];
  await Promise.allSettled(results);
  await client.query('rollback');
  await other.query('rollback');
  await other.end();
}

/** A checkpoint, and the autovacuum of a table that rows were taken from. */
async function upkeep(client: pg.Client): Promise<void> {
  await client.query('delete from item where id > 10000');
  await client.query('checkpoint');
  const VACUUMED = "select 1 from pg_stat_user_tables where relname = 'item' and autovacuum_count > 0";
  while ((await client.query(VACUUMED)).rowCount === 0) await sleep(100);
}

/** The wait for a lock is logged after deadlock_timeout, and a line stands in a file a moment after it was said. */
async function untilLogged({ primary }: TestPostgres, name: string, words: string): Promise<void> {
  while (!readFileSync(join(primary.dataDirectory, 'log', name)).includes(words)) await sleep(50);
}
