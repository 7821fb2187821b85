import { run, sends, session, undoWith, untilRow, waiting } from '../acts.ts';
import type { PostgresFault } from '../fault.ts';

/** Sessions that hold up others, or themselves. */
export const faults: readonly PostgresFault[] = [
  {
    name: 'lock-pile',
    what: 'One session is idle in a transaction and holds a row for which twelve others wait.',
    names: 'postgres.locks:',
    async begin(stage) {
      await run(stage, 'CREATE TABLE piled AS SELECT 1 AS id, 0 AS tries');
      undoWith(stage, 'DROP TABLE piled');
      const root = await session(stage, 'billing');
      await root.query('BEGIN; UPDATE piled SET tries = 1');
      for (let n = 0; n < 12; n += 1) sends(await session(stage, 'web'), 'UPDATE piled SET tries = 2');
      await untilRow(stage, `${waiting('web', 1.2)} OFFSET 11`);
    },
  },
  {
    name: 'ddl-behind-a-reader',
    what: 'A migration waits for a forgotten reader, and every new reader waits behind the migration.',
    names: 'postgres.locks:',
    async begin(stage) {
      await run(stage, 'CREATE TABLE orders AS SELECT 1 AS id');
      undoWith(stage, 'DROP TABLE orders');
      const reader = await session(stage, 'report');
      await reader.query('BEGIN; SELECT * FROM orders');
      sends(await session(stage, 'migration'), 'ALTER TABLE orders ADD COLUMN note text');
      await untilRow(stage, waiting('migration', 0));
      for (let n = 0; n < 10; n += 1) sends(await session(stage, 'web'), 'SELECT * FROM orders');
      await untilRow(stage, `${waiting('web', 1.2)} OFFSET 9`);
    },
  },
  {
    name: 'idle-in-transaction',
    what: 'A session has changed a row and does nothing since.',
    names: 'postgres.idle-in-transaction:',
    limits: { 'postgres.idle-in-transaction': { warningSeconds: 0.5, criticalSeconds: 600 } },
    async begin(stage) {
      await run(stage, 'CREATE TABLE held AS SELECT 1 AS id');
      undoWith(stage, 'DROP TABLE held');
      const client = await session(stage, 'worker');
      await client.query('BEGIN; UPDATE held SET id = 2');
      await untilRow(
        stage,
        `SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND clock_timestamp() - state_change > '1 s'`,
      );
    },
  },
  {
    name: 'endless-query',
    what: 'A statement of an application works for longer than anybody would wait.',
    names: 'postgres.long-transactions:',
    limits: { 'postgres.long-transactions': { warningSeconds: 0.5 } },
    async begin(stage) {
      sends(await session(stage, 'report'), 'SELECT pg_sleep(60)');
      undoWith(stage, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'`);
      await untilRow(
        stage,
        `SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND clock_timestamp() - query_start > '1 s'`,
      );
    },
  },
  {
    name: 'connections-nearly-used-up',
    what: 'A pool without a limit takes nearly every connection.',
    names: 'postgres.connections:',
    own: { max_connections: '20', superuser_reserved_connections: '3' },
    async begin(stage) {
      for (let n = 0; n < 15; n += 1) await session(stage, 'web');
    },
  },
];
