import type { PostgresMember } from '../../../targets/postgres.ts';

/** What a member says of itself that decides whether a backup is taken from it. */
export type MemberFacts = {
  name: string;
  version: number;
  inRecovery: boolean;
  /** How far it is: what it wrote, or on a standby what it replayed. */
  positionBytes: number;
  sizeBytes: number;
  fullPageWrites: 'on' | 'off';
  walLevel: string;
  /** Null before 17. */
  summarizeWal: 'on' | 'off' | null;
  dataChecksums: 'on' | 'off';
  /** How long a checkpoint takes that is spread. */
  spreadSeconds: number;
  /** Where data lies outside of the data directory. */
  tablespaces: readonly string[];
};

/**
 * All of it may be asked by a role that may only replicate; databases that it may not connect to are left out of the size.
 * https://www.postgresql.org/docs/current/functions-admin.html
 */
const FACTS = `
  select pg_is_in_recovery() as "inRecovery",
         (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end - '0/0')::float8
           as "positionBytes",
         (select coalesce(sum(pg_database_size(oid)), 0)::float8 from pg_database
           where datallowconn and has_database_privilege(oid, 'connect')) as "sizeBytes",
         current_setting('full_page_writes') as "fullPageWrites",
         current_setting('wal_level') as "walLevel",
         current_setting('summarize_wal', true) as "summarizeWal",
         current_setting('data_checksums') as "dataChecksums",
         extract(epoch from current_setting('checkpoint_timeout')::interval)::float8
           * current_setting('checkpoint_completion_target')::float8 as "spreadSeconds",
         array(select spcname::text from pg_tablespace where spcname not in ('pg_default', 'pg_global') order by 1)
           as "tablespaces"`;

export async function askMember({ name, version, query }: PostgresMember): Promise<MemberFacts> {
  const [facts] = await query<Omit<MemberFacts, 'name' | 'version'>>(FACTS);
  if (!facts) throw new TypeError('a row of facts is always given');
  return { ...facts, name, version };
}
