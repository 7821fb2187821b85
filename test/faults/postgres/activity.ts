import { open } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { keepsOn, run, session, undoWith, untilRow } from '../acts.ts';
import type { PostgresFault } from '../fault.ts';

const MIB = 1024 ** 2;

/** What sessions and background processes do too much of, or not at all. */
export const faults: readonly PostgresFault[] = [
  {
    name: 'archiving-fails',
    what: 'The archive command fails for every segment.',
    own: { archive_mode: 'on', archive_command: 'false', archive_timeout: '0' },
    names: 'postgres.archiving:',
    async begin(stage) {
      await run(stage, 'SELECT txid_current()', 'SELECT pg_switch_wal()');
      await untilRow(stage, 'SELECT FROM pg_stat_archiver WHERE failed_count > 0');
    },
  },
  {
    name: 'sorts-on-disk',
    what: 'A statement sorts far more than its memory holds.',
    names: 'postgres.temp-files:',
    limits: {
      'postgres.temp-files': {
        leastBytes: MIB,
        infoBytesPerSecond: 1,
        warningBytesPerSecond: 1,
        warningLastsSeconds: 0,
      },
    },
    async begin(stage) {
      const client = await session(stage, 'report');
      await client.query('SET work_mem = 64');
      await client.query('SELECT count(*) FROM (SELECT md5(g::text) FROM generate_series(1, 200000) g ORDER BY 1) x');
      await client.query('SELECT pg_stat_force_next_flush()').catch(() => {});
      await untilRow(stage, `SELECT FROM pg_stat_database WHERE datname = 'shop' AND temp_bytes > 1000000`);
    },
  },
  {
    name: 'deadlocks',
    what: 'Two sessions lock the same rows in different order, again and again.',
    own: { deadlock_timeout: '10ms' },
    names: 'postgres.deadlocks:shop',
    limits: { 'postgres.deadlocks': { warningDeadlocksPerHour: 1, leastDeadlocks: 1 } },
    async begin(stage) {
      await run(stage, 'CREATE TABLE crossed AS SELECT g AS id FROM generate_series(1, 2) g');
      for (let n = 0; n < 4; n += 1) {
        const [one, two] = [await session(stage, 'web'), await session(stage, 'web')];
        await one.query('BEGIN; UPDATE crossed SET id = id WHERE id = 1');
        await two.query('BEGIN; UPDATE crossed SET id = id WHERE id = 2');
        await Promise.allSettled([
          one.query('UPDATE crossed SET id = id WHERE id = 2'),
          two.query('UPDATE crossed SET id = id WHERE id = 1'),
        ]);
        await Promise.all([one.query('ROLLBACK'), two.query('ROLLBACK')]);
      }
      await untilRow(stage, `SELECT FROM pg_stat_database WHERE datname = 'shop' AND deadlocks > 0`);
    },
  },
  {
    name: 'role-at-its-limit',
    what: 'A role that may have ten sessions has ten.',
    names: 'postgres.role-limits:',
    async begin(stage) {
      await run(stage, `CREATE ROLE worker LOGIN CONNECTION LIMIT 10 PASSWORD 'worker'`);
      undoWith(stage, 'DROP ROLE worker');
      const { port } = stage.servers.primary;
      const login = { host: '127.0.0.1', port, user: 'worker', password: 'worker', database: 'shop' };
      const clients = Array.from({ length: 10 }, () => new pg.Client({ ...login, application_name: 'worker' }));
      await Promise.all(clients.map((client) => client.connect()));
      stage.afterwards(() => Promise.all(clients.map((client) => client.end())));
    },
  },
  {
    name: 'checkpoints-by-volume',
    what: 'So much is written that a checkpoint is forced every few seconds.',
    own: { max_wal_size: '32MB', min_wal_size: '32MB', checkpoint_timeout: '1h' },
    names: 'postgres.checkpoints:',
    limits: { 'postgres.checkpoints': { warningLastsSeconds: 0 } },
    async begin(stage) {
      await run(stage, 'CREATE TABLE flood (body text)');
      await keepsOn(stage, 'loader', 2, (client) =>
        client.query(`INSERT INTO flood SELECT repeat('x', 1000) FROM generate_series(1, 5000)`),
      );
      const FORCED =
        stage.servers.version >= 17
          ? 'SELECT FROM pg_stat_checkpointer WHERE num_requested >= 4'
          : 'SELECT FROM pg_stat_bgwriter WHERE checkpoints_req >= 4';
      await untilRow(stage, FORCED);
    },
  },
  {
    name: 'read-only-by-default',
    what: 'Somebody made every new transaction of the database read-only.',
    names: 'postgres.read-only:',
    async begin(stage) {
      await run(stage, 'ALTER DATABASE shop SET default_transaction_read_only = on');
      stage.afterwards(async () => {
        const client = await stage.servers.primary.connect('undo');
        await client.query('SET default_transaction_read_only = off');
        await client.query('ALTER DATABASE shop RESET default_transaction_read_only');
        await client.end();
      });
    },
  },
  {
    name: 'damaged-page',
    what: 'A page of a table was damaged on the disk, and somebody has read it.',
    versions: [18],
    own: {},
    names: 'postgres.checksums:',
    async begin(stage) {
      const { primary } = stage.servers;
      await run(
        stage,
        `CREATE TABLE damaged AS SELECT repeat('x', 500) AS body FROM generate_series(1, 1000)`,
        'CHECKPOINT',
      );
      const [row] = await primary.query<{ path: string }>(`SELECT pg_relation_filepath('damaged') AS path`);
      await primary.primary.stop('fast');
      const file = await open(join(primary.dataDirectory, row?.path ?? ''), 'r+');
      await file.write(Buffer.alloc(64, 7), 0, 64, 8192 + 4000);
      await file.close();
      await primary.primary.restart();
      await primary.query('SELECT count(body) FROM damaged').catch(() => {});
      await untilRow(stage, `SELECT FROM pg_stat_database WHERE checksum_failures > 0`);
    },
  },
];
