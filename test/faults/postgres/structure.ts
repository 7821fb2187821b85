import { run, session, undoWith, untilRow } from '../acts.ts';
import type { PostgresFault } from '../fault.ts';

const MIB = 1024 ** 2;
/** About 30 MB; the checks look at nothing below 10 MB. */
const BIG = `SELECT g AS id, g % 1000 AS customer, md5(g::text) AS body FROM generate_series(1, 400000) g`;

/** What was built wrong, or is about to run out. */
export const faults: readonly PostgresFault[] = [
  {
    name: 'invalid-index',
    what: 'A concurrent index build failed on a duplicate and left its index behind.',
    names: 'postgres.invalid-indexes:',
    async begin(stage) {
      await run(stage, 'CREATE TABLE twice AS SELECT 1 AS id FROM generate_series(1, 2)');
      undoWith(stage, 'DROP TABLE twice');
      const client = await session(stage, 'migration');
      await client.query('CREATE UNIQUE INDEX CONCURRENTLY twice_id ON twice (id)').catch(() => {});
    },
  },
  {
    name: 'sequence-runs-out',
    what: 'The identity column of a table has used 95 % of its integers.',
    names: 'postgres.sequences:',
    async begin(stage) {
      await run(
        stage,
        'CREATE TABLE tickets (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)',
        `SELECT setval(pg_get_serial_sequence('tickets', 'id'), 2040109465)`,
      );
      undoWith(stage, 'DROP TABLE tickets');
    },
  },
  {
    name: 'small-column-of-a-big-sequence',
    what: 'A bigint sequence fills an int column that is nearly at its end.',
    names: 'postgres.sequences:',
    async begin(stage) {
      await run(
        stage,
        'CREATE SEQUENCE wide AS bigint',
        `CREATE TABLE narrow (id int DEFAULT nextval('wide') PRIMARY KEY)`,
        'ALTER SEQUENCE wide OWNED BY narrow.id',
        `SELECT setval('wide', 2000000000)`,
      );
      undoWith(stage, 'DROP TABLE narrow');
    },
  },
  {
    name: 'prepared-transaction-left',
    what: 'A transaction was prepared for a two-phase commit that never came.',
    names: 'postgres.prepared-transactions:',
    limits: { 'postgres.prepared-transactions': { warningSeconds: 0.1 } },
    async begin(stage) {
      await run(stage, 'CREATE TABLE held_by_nobody (id int)');
      const client = await session(stage, 'coordinator');
      await client.query(`BEGIN; INSERT INTO held_by_nobody VALUES (1); PREPARE TRANSACTION 'orphan'`);
      undoWith(stage, `ROLLBACK PREPARED 'orphan'`, 'DROP TABLE held_by_nobody');
      await untilRow(stage, `SELECT FROM pg_prepared_xacts WHERE clock_timestamp() - prepared > '0.5 s'`);
    },
  },
  {
    name: 'foreign-key-without-index',
    what: 'Rows are deleted from a parent, and each delete reads a large child table.',
    names: 'postgres.missing-indexes:',
    limits: { 'postgres.missing-indexes': { leastBytes: 10 * MIB, warningDeletedRows: 5 } },
    async begin(stage) {
      await run(
        stage,
        'CREATE TABLE parents AS SELECT g AS id FROM generate_series(0, 1999) g',
        'ALTER TABLE parents ADD PRIMARY KEY (id)',
        `CREATE TABLE children AS ${BIG}`,
        'ALTER TABLE children ADD CONSTRAINT children_customer FOREIGN KEY (customer) REFERENCES parents',
        'ANALYZE children',
        'DELETE FROM parents WHERE id BETWEEN 1990 AND 1999',
      );
      undoWith(stage, 'DROP TABLE children', 'DROP TABLE parents');
      await untilRow(stage, `SELECT FROM pg_stat_user_tables WHERE relname = 'parents' AND n_tup_del >= 10`);
    },
  },
  {
    name: 'bloated-table',
    what: 'Nine of ten rows of a table were deleted and vacuumed; the file is as large as before.',
    names: 'postgres.table-bloat:',
    limits: {
      'postgres.table-bloat': { leastBytes: 10 * MIB, infoWasteBytes: MIB, warningRatio: 0.5, warningWasteBytes: MIB },
    },
    async begin(stage) {
      await run(stage, `CREATE TABLE hollow AS ${BIG}`);
      undoWith(stage, 'DROP TABLE hollow');
      // A row near the end keeps vacuum from giving the space back.
      await run(stage, 'DELETE FROM hollow WHERE id % 10 <> 0', 'VACUUM ANALYZE hollow');
    },
  },
  {
    name: 'bloated-index',
    what: 'Nine of ten entries of an index are gone; its pages are not.',
    names: 'postgres.index-bloat:',
    limits: {
      'postgres.index-bloat': { leastBytes: 5 * MIB, infoWasteBytes: MIB, warningRatio: 0.5, warningWasteBytes: MIB },
    },
    async begin(stage) {
      await run(
        stage,
        `CREATE TABLE hollow_indexed AS ${BIG}`,
        'CREATE INDEX hollow_body ON hollow_indexed (body)',
        'DELETE FROM hollow_indexed WHERE id % 10 <> 0',
        'VACUUM ANALYZE hollow_indexed',
      );
      undoWith(stage, 'DROP TABLE hollow_indexed');
    },
  },
  {
    name: 'dangerous-settings',
    what: 'The server does not wait for the disk: a crash loses what was committed, or everything.',
    own: { fsync: 'off', full_page_writes: 'off' },
    names: 'postgres.settings:',
    async begin() {},
  },
  {
    name: 'duplicate-index',
    what: 'Two indexes of one table say the same.',
    names: 'postgres.duplicate-indexes:',
    limits: { 'postgres.duplicate-indexes': { leastBytes: 5 * MIB } },
    async begin(stage) {
      await run(
        stage,
        `CREATE TABLE indexed_twice AS ${BIG}`,
        'CREATE INDEX once ON indexed_twice (body)',
        'CREATE INDEX again ON indexed_twice (body)',
        'ANALYZE indexed_twice',
      );
      undoWith(stage, 'DROP TABLE indexed_twice');
    },
  },
  {
    name: 'never-analysed',
    what: 'A large table was loaded and never analysed; the planner guesses.',
    own: { autovacuum: 'on', autovacuum_naptime: '1h' },
    names: 'postgres.statistics:',
    limits: { 'postgres.statistics': { leastRows: 10_000 } },
    async begin(stage) {
      await run(stage, `CREATE TABLE unknown_to_the_planner AS ${BIG}`);
      undoWith(stage, 'DROP TABLE unknown_to_the_planner');
      await untilRow(
        stage,
        `SELECT FROM pg_stat_user_tables WHERE relname = 'unknown_to_the_planner' AND n_live_tup > 100000`,
      );
    },
  },
];
