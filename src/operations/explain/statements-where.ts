/** The setting is there only where the library is loaded. https://www.postgresql.org/docs/current/pgstatstatements.html */
export const STATEMENTS_WHERE = `
  select current_setting('pg_stat_statements.max', true) is not null as loaded,
         (select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
           where e.extname = 'pg_stat_statements') as schema,
         (select has_schema_privilege(extnamespace, 'USAGE') from pg_extension where extname = 'pg_stat_statements') as reachable,
         pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') as "seesAll",
         quote_ident(current_user) as role, current_database() as database,
         (select string_to_array(extversion, '.')::int[] from pg_extension where extname = 'pg_stat_statements') as version`;

export type StatementsWhere = {
  loaded: boolean;
  schema: string | null;
  reachable: boolean | null;
  seesAll: boolean;
  role: string;
  database: string;
  version: number[] | null;
};

/** Why the texts of statements cannot be read, and what mends it. Columns are those of 1.8 (PostgreSQL 13) on. */
export function missingStatements(
  where: StatementsWhere | undefined,
  member: string,
): { skipped: string; fix: string } | undefined {
  if (!where?.loaded) {
    return {
      skipped: `pg_stat_statements is not loaded on ${member}`,
      fix: 'Add pg_stat_statements to shared_preload_libraries, restart at a quiet hour, then CREATE EXTENSION pg_stat_statements;',
    };
  }
  const { schema, reachable, seesAll, role, database, version } = where;
  if (schema === null) {
    return {
      skipped: `the extension pg_stat_statements is not in the database ${database}`,
      fix: 'CREATE EXTENSION pg_stat_statements;',
    };
  }
  if (reachable !== true) {
    return {
      skipped: `${role} may not use the schema ${schema} of pg_stat_statements`,
      fix: `GRANT USAGE ON SCHEMA ${schema} TO ${role};`,
    };
  }
  if (!seesAll) return { skipped: `${role} may not see the statements of others`, fix: `GRANT pg_monitor TO ${role};` };
  const [major = 0, minor = 0] = version ?? [];
  if (major > 1 || minor >= 8) return undefined;
  return {
    skipped: `pg_stat_statements is still at ${major}.${minor} in the database ${database}`,
    fix: 'ALTER EXTENSION pg_stat_statements UPDATE;',
  };
}
