import type { PostgresMember } from '../../../targets/postgres.ts';

/** What goes on on the primary. */
export type PrimaryFacts = {
  lsn: string;
  /** Streaming connections from others than our own members are seen here too. */
  standbys: readonly string[];
  sessions: number;
  superuserSessions: number;
  longestWriteSeconds: number | null;
  prepared: number;
  backups: number;
  logicalSlots: readonly string[];
  physicalSlots: readonly string[];
  subscriptions: number;
  archives: boolean;
  archiveFailing: boolean;
  /** Databases and roles for which a setting was made that weakens the hold. */
  overrides: readonly string[];
  weakCommit: boolean;
};

const PRIMARY = `
  select pg_current_wal_flush_lsn()::text as lsn,
         array(select application_name::text from pg_stat_replication where state = 'streaming') as standbys,
         a.sessions, a."superuserSessions", a."longestWriteSeconds",
         (select count(*)::int from pg_prepared_xacts) as prepared,
         (select count(*)::int from pg_stat_progress_basebackup) as backups,
         array(select slot_name::text from pg_replication_slots where slot_type = 'logical' and not temporary) as "logicalSlots",
         array(select slot_name::text from pg_replication_slots where slot_type = 'physical' and not temporary) as "physicalSlots",
         (select count(*)::int from pg_stat_subscription where pid is not null) as subscriptions,
         current_setting('archive_mode') <> 'off' as archives,
         coalesce((select last_failed_time > coalesce(last_archived_time, '-infinity') from pg_stat_archiver), false) as "archiveFailing",
         array(select coalesce('role ' || r.rolname, 'database ' || d.datname, 'everybody')
                 from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
                where exists (select from unnest(s.setconfig) one
                               where one ~* '^(default_transaction_read_only=(off|f|false|no|0)|synchronous_commit=(off|local|false|no|0))$')) as overrides,
         (select reset_val in ('off', 'local') from pg_settings where name = 'synchronous_commit') as "weakCommit"
    from (select count(*)::int as sessions, count(*) filter (where r.rolsuper)::int as "superuserSessions",
                 extract(epoch from max(clock_timestamp() - xact_start) filter (where backend_xid is not null))::float8 as "longestWriteSeconds"
            from pg_stat_activity s join pg_roles r on r.oid = s.usesysid
           where backend_type = 'client backend' and r.rolname <> all ($1)) a`;

export async function askPrimary(member: PostgresMember, ourRoles: readonly string[]): Promise<PrimaryFacts> {
  const [row] = await member.query<PrimaryFacts>(PRIMARY, [ourRoles]);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row;
}

/** What a standby does. */
export type StandbyFacts = {
  streaming: boolean;
  paused: boolean;
  delaySeconds: number;
  lagBytes: number;
  backups: number;
  archives: boolean;
  /** Logical slots of the primary that go on here after a promotion. */
  syncedSlots: readonly string[];
};

/**
 * 17+ copies slots; one that is temporary is gone after a promotion, one that is invalidated is of no use. Before 17 a slot of the same
 * name is one of the standby's own. https://www.postgresql.org/docs/current/view-pg-replication-slots.html
 */
export function syncedSlotsQuery(version: number): string {
  if (version < 170_000) return `select slot_name::text from pg_replication_slots where false`;
  return `select slot_name::text from pg_replication_slots
           where slot_type = 'logical' and synced and not temporary and invalidation_reason is null`;
}

const STANDBY = (version: number) => `
  select coalesce((select status = 'streaming' from pg_stat_wal_receiver), false) as streaming,
         pg_is_wal_replay_paused() as paused,
         extract(epoch from current_setting('recovery_min_apply_delay')::interval)::int as "delaySeconds",
         greatest(0, pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn()))::bigint as "lagBytes",
         (select count(*)::int from pg_stat_progress_basebackup) as backups,
         current_setting('archive_mode') <> 'off' as archives,
         array(${syncedSlotsQuery(version)}) as "syncedSlots"`;

/** `lsn`: how far the primary was, asked just before. */
export async function askStandby(member: PostgresMember, lsn: string): Promise<StandbyFacts> {
  const [row] = await member.query<StandbyFacts>(STANDBY(member.version), [lsn]);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row;
}
