import { setTimeout as sleep } from 'node:timers/promises';
import { keepsOn, run, sends, session, undoWith, untilRow } from '../acts.ts';
import type { PostgresCalm } from '../fault.ts';

/** Hard work that is in order. */
export const calm: readonly PostgresCalm[] = [
  {
    name: 'idle-pair',
    what: 'Nothing is written for a while.',
    begin: () => sleep(2500),
  },
  {
    name: 'bulk-load',
    what: 'Four sessions load rows as fast as they can.',
    async begin(stage) {
      await run(stage, 'CREATE TABLE loaded (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)');
      undoWith(stage, 'DROP TABLE loaded');
      await keepsOn(stage, 'loader', 4, (client) =>
        client.query(`INSERT INTO loaded (body) SELECT repeat('x', 200) FROM generate_series(1, 1000)`),
      );
      await sleep(1500);
    },
  },
  {
    name: 'dump-running',
    what: 'pg_dump reads with one snapshot and is not done.',
    async begin(stage) {
      const client = await session(stage, 'pg_dump');
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SELECT count(*) FROM pg_class');
      sends(client, 'SELECT pg_sleep(30)');
      undoWith(stage, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(30)'`);
      await untilRow(stage, `SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(30)'`);
    },
  },
  {
    name: 'vacuum-at-work',
    what: 'A vacuum goes slowly through a table that had many dead rows.',
    async begin(stage) {
      await run(
        stage,
        `CREATE TABLE swept WITH (autovacuum_enabled = off) AS SELECT g AS id, repeat('x', 300) AS body FROM generate_series(1, 50000) g`,
        'DELETE FROM swept WHERE id % 5 = 0',
      );
      const client = await session(stage, 'maintenance');
      await client.query('SET vacuum_cost_delay = 50; SET vacuum_cost_limit = 20');
      sends(client, 'VACUUM swept');
      undoWith(
        stage,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'VACUUM swept'`,
        'DROP TABLE swept',
      );
      await untilRow(stage, 'SELECT FROM pg_stat_progress_vacuum');
    },
  },
  {
    name: 'short-transactions',
    what: 'Ten sessions change single rows, a few hundred times a second.',
    async begin(stage) {
      await run(stage, 'CREATE TABLE counted AS SELECT g AS id, 0 AS hits FROM generate_series(1, 100) g');
      undoWith(stage, 'DROP TABLE counted');
      await keepsOn(stage, 'web', 10, (client, turn) =>
        client.query('UPDATE counted SET hits = hits + 1 WHERE id = $1', [(turn % 100) + 1]),
      );
      await sleep(1500);
    },
  },
  {
    name: 'index-being-built',
    what: 'An index is built concurrently, and is not valid before that is done.',
    async begin(stage) {
      await run(stage, `CREATE TABLE indexed AS SELECT g AS id FROM generate_series(1, 1000) g`);
      // Undone last: it waits for those who use the table.
      undoWith(stage, 'DROP TABLE indexed');
      const writer = await session(stage, 'web');
      await writer.query('BEGIN; UPDATE indexed SET id = id WHERE id = 1');
      sends(await session(stage, 'migration'), 'CREATE INDEX CONCURRENTLY indexed_id ON indexed (id)');
      await untilRow(stage, `SELECT FROM pg_stat_progress_create_index`);
    },
  },
  {
    name: 'cache-warming-up',
    what: 'Large tables are read for the first time.',
    async begin(stage) {
      await run(
        stage,
        `CREATE TABLE cold AS SELECT g AS id, repeat('x', 500) AS body FROM generate_series(1, 60000) g`,
      );
      undoWith(stage, 'DROP TABLE cold');
      await run(stage, 'SELECT count(body) FROM cold', 'SELECT count(body) FROM cold');
    },
  },
];
