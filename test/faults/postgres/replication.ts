import { run, undoWith, untilRow, untilTrue } from '../acts.ts';
import type { PostgresFault, PostgresServers, Stage } from '../fault.ts';

const WRITE = `CREATE TABLE IF NOT EXISTS written (body text); INSERT INTO written SELECT repeat('x', 1000) FROM generate_series(1, 20000)`;

const REPLAYED = 'SELECT FROM (SELECT 1) one WHERE pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn()';

function replicaOf({ servers }: Stage<PostgresServers>) {
  if (!servers.replica) throw new Error('there is no replica on this stage');
  return servers.replica;
}

/** Copies that are behind, cut off or gone, and slots that wait for readers. */
export const faults: readonly PostgresFault[] = [
  {
    name: 'replica-down',
    what: 'The replica is stopped.',
    versions: [18],
    own: {},
    names: 'postgres.replication-lag:shop-db-2',
    async begin(stage) {
      await replicaOf(stage).stop('immediate');
    },
  },
  {
    name: 'replication-cut',
    what: 'The replica answers, but its link to the primary is cut while the primary writes on.',
    versions: [18],
    own: {},
    names: 'postgres.replication-lag:',
    async begin(stage) {
      const replica = replicaOf(stage);
      await replica.query(`ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'`);
      await replica.query('SELECT pg_reload_conf()');
      await untilTrue(async () => (await stage.servers.primary.query('SELECT FROM pg_stat_replication')).length === 0);
      await run(stage, WRITE);
    },
  },
  {
    name: 'replay-paused',
    what: 'The replica receives everything and applies nothing.',
    versions: [18],
    names: 'postgres.replication-lag:',
    limits: { 'postgres.replication-lag': { warningBytes: 1_000_000, warningSeconds: 0 } },
    async begin(stage) {
      const replica = replicaOf(stage);
      await replica.query('SELECT pg_wal_replay_pause()');
      stage.afterwards(async () => {
        await replica.query('SELECT pg_wal_replay_resume()');
        // The next scene would find it behind.
        await untilTrue(async () => (await replica.query(REPLAYED)).length > 0);
      });
      await run(stage, WRITE);
      await untilTrue(async () => {
        const [lag] = await replica.query<{ bytes: number }>(
          'SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8 AS bytes',
        );
        return (lag?.bytes ?? 0) > 10_000_000;
      });
    },
  },
  {
    name: 'slot-left-behind',
    what: 'A slot of a reader that was removed keeps WAL.',
    names: 'postgres.replication-slots:forgotten',
    limits: { 'postgres.replication-slots': { warningRetainedBytes: 1_000_000, inactiveRetainedBytes: 1_000_000 } },
    async begin(stage) {
      await run(stage, `SELECT pg_create_physical_replication_slot('forgotten', true)`, WRITE);
      undoWith(stage, `SELECT pg_drop_replication_slot('forgotten')`, 'DROP TABLE written');
    },
  },
  {
    name: 'slot-lost',
    what: 'A slot had to give up WAL that its reader had not fetched.',
    own: { max_slot_wal_keep_size: '1MB', wal_keep_size: '0', min_wal_size: '32MB', max_wal_size: '64MB' },
    names: 'postgres.replication-slots:forgotten',
    async begin(stage) {
      await run(stage, `SELECT pg_create_physical_replication_slot('forgotten', true)`);
      for (let n = 0; n < 3; n += 1) await run(stage, WRITE, 'SELECT pg_switch_wal()', 'CHECKPOINT');
      await untilRow(stage, `SELECT FROM pg_replication_slots WHERE wal_status IN ('lost', 'unreserved')`);
    },
  },
  {
    name: 'primary-down',
    what: 'The primary is killed; the replica is there and takes no writes.',
    versions: [18],
    own: {},
    names: 'postgres.reachable:primary',
    async begin(stage) {
      process.kill(stage.servers.primary.primary.pid, 'SIGQUIT');
      await untilTrue(async () => stage.servers.primary.primary.hasExited());
    },
  },
];
