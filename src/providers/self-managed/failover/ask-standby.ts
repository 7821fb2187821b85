import type { Ask } from '../switchover/sessions.ts';

/** What a standby knows of the primary that it follows, and how far it is. Positions are LSNs as text. */
export type StandbyState = {
  systemIdentifier: string;
  timeline: number;
  /** All of the log of writes that it has got from anywhere. */
  received: string | null;
  replayed: string | null;
  /** It has replayed what it can, and waits for more. */
  waits: boolean;
  /** Of the last transaction that it has replayed: when it was committed, by the primary's clock (ISO). */
  lastCommitAt: string | null;
  sinceCommitSeconds: number | null;
  /** Null where it receives from nobody. */
  receiver: { status: string; silentSeconds: number; host: string | null; port: number | null } | null;
  /** After so many seconds without a word it gives its primary up by itself; 0 never. */
  receiverTimeoutSeconds: number;
  /** Where its settings say that it is to receive from; null where that cannot be read. */
  upstreamHost: string | null;
  upstreamPort: number | null;
  paused: boolean;
  delaySeconds: number;
  archives: boolean;
};

/**
 * Of `primary_conninfo` only host and port leave the server: there may be a password in it. The control file knows the timeline of
 * a standby since its last restart point, or the one up to which it has replayed.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-RECEIVER-VIEW,
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA,
 * https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE
 */
const STATE = `
  select s.system_identifier::text as "systemIdentifier",
         greatest(c.timeline_id, r.min_recovery_end_timeline, w.received_tli) as timeline,
         greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::text as received,
         pg_last_wal_replay_lsn()::text as replayed,
         coalesce((select wait_event in ('RecoveryWalStream', 'RecoveryRetrieveRetryInterval')
                     from pg_stat_activity where backend_type = 'startup'), false) as waits,
         pg_last_xact_replay_timestamp() as "lastCommitAt",
         extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 as "sinceCommitSeconds",
         case when w.pid is not null then
           json_build_object('status', w.status, 'silentSeconds', extract(epoch from clock_timestamp() - w.last_msg_receipt_time)::float8,
                             'host', w.sender_host, 'port', w.sender_port) end as receiver,
         coalesce((select setting::float8 / 1000 from pg_settings where name = 'wal_receiver_timeout'), 60) as "receiverTimeoutSeconds",
         (select substring(setting from 'host *= *''?([^ '',]+)') from pg_settings where name = 'primary_conninfo') as "upstreamHost",
         (select substring(setting from 'port *= *''?([0-9]+)')::int from pg_settings where name = 'primary_conninfo') as "upstreamPort",
         pg_is_wal_replay_paused() as paused,
         extract(epoch from current_setting('recovery_min_apply_delay')::interval)::int as "delaySeconds",
         current_setting('archive_mode') <> 'off' as archives
    from pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r left join pg_stat_wal_receiver w on true`;

/** Of a server in recovery: others refuse some of these questions. */
export async function askStandby(ask: Ask): Promise<StandbyState> {
  const [row] = await ask<StandbyState>(STATE);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row;
}
