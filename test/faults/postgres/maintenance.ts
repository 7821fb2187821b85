import { run, session, undoWith, untilRow } from '../acts.ts';
import type { PostgresFault } from '../fault.ts';

/** What vacuum should have done, and what keeps it from it. */
export const faults: readonly PostgresFault[] = [
  {
    name: 'autovacuum-off',
    what: 'Autovacuum is switched off for the whole server, and a table has many dead rows.',
    own: { autovacuum: 'off' },
    names: 'postgres.autovacuum:',
    limits: { 'postgres.autovacuum': { deadRows: 1000 } },
    async begin(stage) {
      await run(
        stage,
        'CREATE TABLE busy AS SELECT generate_series(1, 5000) AS id',
        'DELETE FROM busy WHERE id <= 4000',
      );
      await untilRow(stage, `SELECT FROM pg_stat_user_tables WHERE relname = 'busy' AND n_dead_tup > 3000`);
    },
  },
  {
    name: 'horizon-held',
    what: 'A session with an old snapshot keeps vacuum from removing anything.',
    names: 'postgres.wraparound:',
    limits: { 'postgres.wraparound': { horizonWarningRatio: 0 } },
    async begin(stage) {
      const holder = await session(stage, 'forgetful');
      await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
      for (let n = 0; n < 20; n += 1) await run(stage, 'SELECT txid_current()');
    },
  },
  {
    name: 'xids-run-out',
    what: 'The oldest transaction id of a database is older than allowed.',
    own: { autovacuum: 'off' },
    names: 'postgres.wraparound:',
    limits: { 'postgres.wraparound': { criticalAge: 10 } },
    async begin(stage) {
      for (let n = 0; n < 40; n += 1) await run(stage, 'SELECT txid_current()');
    },
  },
  {
    name: 'database-grows',
    what: 'A database grows by a tenth within moments.',
    names: 'postgres.database-growth:',
    limits: { 'postgres.database-growth': { leastGrowthBytes: 1_000_000 } },
    async begin(stage) {
      await run(
        stage,
        `CREATE TABLE grown AS SELECT repeat(md5(g::text), 30) AS body FROM generate_series(1, 30000) g`,
      );
      undoWith(stage, 'DROP TABLE grown');
    },
  },
];
