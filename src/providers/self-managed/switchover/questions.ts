import type { PostgresMember } from '../../../targets/postgres.ts';
import { type HeldSettings, readHeldSettings } from './held-settings.ts';

/** What a server is, whatever it does. */
export type ServerFacts = {
  member: string;
  version: number;
  inRecovery: boolean;
  systemIdentifier: string;
  timeline: number;
  limits: { readonly [setting: string]: number };
  /** Of the settings that hold writes: in postgresql.auto.conf, and as they run for everybody. */
  inFile: HeldSettings;
  runningNames: string;
  namesFrom: string;
  readOnlyForAll: boolean;
  /** Lines of configuration files over which a reload gives up altogether; single values that do not fit it leaves out. */
  fileErrors: number;
  /** What the acting role lacks, as GRANTs or words. */
  lacks: readonly string[];
  /** Who else drives failover here, by its signs. */
  signs: Signs;
};

/** Where signs of other tools show, as SQL sees them. */
export type Signs = {
  sourceFiles: readonly string[];
  applications: readonly string[];
  roles: readonly string[];
  slots: readonly string[];
  libraries: string;
  archiveCommand: string;
  databases: readonly string[];
};

/**
 * `pg_stat_wal_receiver` knows the timeline of a standby at once, the control file only since its last restart point.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA
 */
const IDENTITY = `
  select s.system_identifier::text as "systemIdentifier",
         case when pg_is_in_recovery() then greatest(c.timeline_id, (select received_tli from pg_stat_wal_receiver))
              else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline,
         current_setting('synchronous_standby_names') as "runningNames",
         (select source from pg_settings where name = 'synchronous_standby_names') as "namesFrom",
         (select count(*)::int from pg_file_settings where error is not null and name is null) as "fileErrors"
    from pg_control_system() s, pg_control_checkpoint() c`;

/** A standby must not have less of these than its primary. https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN */
const LIMITS = `
  select name, setting::int as value from pg_settings
   where name in ('max_connections', 'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions', 'max_locks_per_transaction')`;

const SIGNS = `
  select array(select distinct sourcefile from pg_settings where sourcefile is not null) as "sourceFiles",
         array(select distinct application_name from pg_stat_activity where application_name <> '') as applications,
         array(select rolname::text from pg_roles where rolname ~ '^(pgautofailover|repmgr|streaming_replica|stolon)') as roles,
         array(select slot_name::text from pg_replication_slots) as slots,
         current_setting('shared_preload_libraries') as libraries, current_setting('archive_command') as "archiveCommand",
         array(select datname::text from pg_database where not datistemplate) as databases`;

/** 15+ lets an administrator give away single settings; before, only a superuser may write them. */
const MAY_ALTER = `has_parameter_privilege(r.oid, 'synchronous_standby_names', 'alter system')
  and has_parameter_privilege(r.oid, 'default_transaction_read_only', 'alter system')`;

const RIGHTS = (version: number) => `
  select r.rolsuper or ${version >= 150_000 ? MAY_ALTER : 'false'} as alters,
         has_function_privilege(r.oid, 'pg_reload_conf()', 'execute') as reloads,
         has_function_privilege(r.oid, 'pg_promote(boolean, integer)', 'execute') as promotes,
         has_table_privilege(r.oid, 'pg_catalog.pg_file_settings', 'select') as "readsFiles",
         pg_has_role(r.oid, 'pg_signal_backend', 'usage') as ends
    from pg_roles r where r.rolname = $1`;

type Rights = { alters: boolean; reloads: boolean; promotes: boolean; readsFiles: boolean; ends: boolean };

/** Asks one server what it is; `actingRole` is the login of the act room there. */
export async function askServer(member: PostgresMember, actingRole: string): Promise<ServerFacts> {
  const { name, version, inRecovery, query } = member;
  const [identity, limits, signs, inFile, rights] = await Promise.all([
    query<Pick<ServerFacts, 'systemIdentifier' | 'timeline' | 'runningNames' | 'namesFrom' | 'fileErrors'>>(IDENTITY),
    query<{ name: string; value: number }>(LIMITS),
    query<Signs>(SIGNS),
    readHeldSettings(query),
    query<Rights>(RIGHTS(version), [actingRole]),
  ]);
  if (!identity[0] || !signs[0]) throw new TypeError('a query without a condition has a row');
  return {
    member: name,
    version,
    inRecovery,
    ...identity[0],
    limits: Object.fromEntries(limits.map((one) => [one.name, one.value])),
    inFile,
    readOnlyForAll: member.readOnlyBy !== undefined,
    signs: signs[0],
    lacks: lackOf(rights[0], actingRole, version),
  };
}

function lackOf(rights: Rights | undefined, role: string, version: number): string[] {
  if (!rights) return [`the role ${role}`];
  const alter =
    version >= 150_000 ? 'ALTER SYSTEM on two settings' : 'ALTER SYSTEM, which before version 15 only a superuser may';
  return [
    ...(rights.alters ? [] : [alter]),
    ...(rights.reloads ? [] : ['pg_reload_conf']),
    ...(rights.promotes ? [] : ['pg_promote']),
    ...(rights.readsFiles ? [] : ['pg_file_settings']),
    ...(rights.ends ? [] : ['pg_signal_backend']),
  ];
}

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
  syncedSlots: readonly string[];
};

const STANDBY = `
  select coalesce((select status = 'streaming' from pg_stat_wal_receiver), false) as streaming,
         pg_is_wal_replay_paused() as paused,
         extract(epoch from current_setting('recovery_min_apply_delay')::interval)::int as "delaySeconds",
         greatest(0, pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn()))::bigint as "lagBytes",
         (select count(*)::int from pg_stat_progress_basebackup) as backups,
         current_setting('archive_mode') <> 'off' as archives,
         array(select slot_name::text from pg_replication_slots where slot_type = 'logical') as "syncedSlots"`;

/** `lsn`: how far the primary was, asked just before. */
export async function askStandby(member: PostgresMember, lsn: string): Promise<StandbyFacts> {
  const [row] = await member.query<StandbyFacts>(STANDBY, [lsn]);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row;
}
