import type { PostgresMember, PostgresTarget, Unreached } from '../../targets/postgres.ts';

/** One connection that fetches WAL from the primary. */
export type Sender = {
  application: string;
  state: string;
  lagBytes: number | null;
  /** Null while nothing is written. */
  lagSeconds: number | null;
  /** Since the standby said anything; it does so every ten seconds (wal_receiver_status_interval) even when nothing is written. */
  replySecondsAgo: number | null;
};

/** What a replica says of itself. */
export type ReplicaSaid = {
  inRecovery: boolean;
  /** Refuses writes for the whole server, as a former primary does after a switchover. */
  closed?: true;
  /** Status of the WAL receiver; null when none runs. */
  receiver: string | null;
  /** Since the last message of the sender. */
  silentSeconds: number | null;
  replayedBytes: number | null;
  /** Since the last transaction that was replayed: an upper bound of the lag, and meaningless when nothing is written. */
  replayedSecondsAgo: number | null;
  paused: boolean;
};

/** One replica that should be there; `said` is null when it did not answer. */
export type Replica = { name: string; said: ReplicaSaid | null; sender: Sender | null };
export type ReplicationSample = { primary: string; positionBytes: number; replicas: Replica[]; senders: Sender[] };

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP */
const POSITION = `
  select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as "positionBytes",
         to_regproc('aurora_replica_status') is not null as "sharedStorage"`;

/**
 * Physical standbys only: no backup, no archiver, no logical reader.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW
 */
const SENDERS = `
  select application_name as application, state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) as "lagBytes",
         extract(epoch from replay_lag)::float8 as "lagSeconds",
         extract(epoch from clock_timestamp() - reply_time)::float8 as "replySecondsAgo"
    from pg_stat_replication r
   where state in ('streaming', 'catchup') and application_name not in ('pg_basebackup', 'pg_receivewal', 'pg_recvlogical')
     and not exists (select from pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')
   order by application_name limit 50`;

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-RECEIVER-VIEW */
const REPLICA = `
  select pg_is_in_recovery() as "inRecovery", (select status from pg_stat_wal_receiver) as receiver,
         (select extract(epoch from clock_timestamp() - last_msg_receipt_time)::float8 from pg_stat_wal_receiver) as "silentSeconds",
         pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') as "replayedBytes",
         extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 as "replayedSecondsAgo",
         case when pg_is_in_recovery() then pg_is_wal_replay_paused() else false end as paused`;

/**
 * The primary first, then the replicas: a replica that has caught up is then never behind the position it is compared with.
 * Undefined where replicas share the primary's storage and stream nothing.
 */
export async function lookAtReplication(
  target: PostgresTarget,
  primary: PostgresMember,
): Promise<ReplicationSample | undefined> {
  const [[position], senders] = await Promise.all([
    primary.query<{ positionBytes: number; sharedStorage: boolean }>(POSITION),
    primary.query<Sender>(SENDERS),
  ]);
  if (!position || position.sharedStorage) return undefined;
  const others: readonly (PostgresMember | Unreached)[] = [...target.members, ...target.unreached];
  const replicas = await Promise.all(
    others.filter(({ name }) => name !== primary.name).map((member) => lookAtReplica(member, senders)),
  );
  return { primary: primary.name, positionBytes: position.positionBytes, replicas, senders };
}

async function lookAtReplica(member: PostgresMember | Unreached, senders: readonly Sender[]): Promise<Replica> {
  const sender = senders.find(({ application }) => sameName(application, member.name)) ?? null;
  if (!('query' in member)) return { name: member.name, said: null, sender };
  try {
    const [said] = await member.query<ReplicaSaid>(REPLICA);
    const closed = member.readOnlyBy === 'server' ? { closed: true as const } : {};
    return { name: member.name, said: said ? { ...said, ...closed } : null, sender };
  } catch {
    // It answered a moment ago and does not now: the primary still knows whether it streams.
    return { name: member.name, said: null, sender };
  }
}

/** primary_conninfo cannot hold every name as it is; `-` and `_` are taken as the same. */
function sameName(a: string, b: string): boolean {
  return a.replaceAll('_', '-').toLowerCase() === b.replaceAll('_', '-').toLowerCase();
}
