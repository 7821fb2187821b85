import type { PostgresMember } from '../../../targets/postgres.ts';
import { awaitedStandbys } from './awaited-standbys.ts';
import { type HeldSettings, readHeldSettings } from './held-settings.ts';

/** What helps where a right is missing. */
export const RIGHTS = 'run infra/migrations/init-database.sql again on the primary';

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
  /** The standbys that its commits would wait for if it took the writes; '' is nobody. */
  awaits: string;
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

const MAY = (version: number) => `
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
  const [identity, limits, signs, inFile, awaits, rights] = await Promise.all([
    query<Pick<ServerFacts, 'systemIdentifier' | 'timeline' | 'runningNames' | 'namesFrom' | 'fileErrors'>>(IDENTITY),
    query<{ name: string; value: number }>(LIMITS),
    query<Signs>(SIGNS),
    readHeldSettings(query),
    awaitedStandbys(query),
    query<Rights>(MAY(version), [actingRole]),
  ]);
  if (!identity[0] || !signs[0]) throw new TypeError('a query without a condition has a row');
  return {
    member: name,
    version,
    inRecovery,
    ...identity[0],
    limits: Object.fromEntries(limits.map((one) => [one.name, one.value])),
    inFile,
    awaits,
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
