import type { PostgresMember } from '../../targets/postgres.ts';

/** The setting is there only where the library is loaded. https://www.postgresql.org/docs/current/pgstatstatements.html */
const WHERE = `
  select current_setting('pg_stat_statements.max', true) is not null as loaded,
         (select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
           where e.extname = 'pg_stat_statements') as schema,
         (select has_schema_privilege(extnamespace, 'USAGE') from pg_extension where extname = 'pg_stat_statements') as reachable,
         quote_ident(current_user) as role,
         (select string_to_array(extversion, '.')::int[] from pg_extension where extname = 'pg_stat_statements') as version`;
type Where = {
  loaded: boolean;
  schema: string | null;
  reachable: boolean | null;
  role: string;
  version: number[] | null;
};

/** Where the extension is: its schema, quoted, and the second number of its version. */
export type StatementsExtension = { schema: string; minor: number };

/** Finds pg_stat_statements on a member, or says why it cannot be read and what would mend that. */
export async function findStatements(
  member: PostgresMember,
): Promise<StatementsExtension | { skipped: string; fix: string }> {
  const [where] = await member.query<Where>(WHERE);
  return missingOf(where, member) ?? { schema: where?.schema ?? '', minor: where?.version?.[1] ?? 0 };
}

function missingOf(where: Where | undefined, { name }: PostgresMember): { skipped: string; fix: string } | undefined {
  if (!where?.loaded) {
    return {
      skipped: `pg_stat_statements is not loaded on ${name}`,
      fix: 'Add pg_stat_statements to shared_preload_libraries, restart at a quiet hour, then CREATE EXTENSION pg_stat_statements;',
    };
  }
  if (where.schema === null) {
    return {
      skipped: 'the extension pg_stat_statements is not in this database',
      fix: 'CREATE EXTENSION pg_stat_statements;',
    };
  }
  if (where.reachable !== true) {
    return {
      skipped: `${where.role} may not use the schema ${where.schema} of pg_stat_statements`,
      fix: `GRANT USAGE ON SCHEMA ${where.schema} TO ${where.role};`,
    };
  }
  const [major = 0, minor = 0] = where.version ?? [];
  if (major > 1 || minor >= 9) return undefined;
  return {
    skipped: `pg_stat_statements is still at ${major}.${minor} in this database`,
    fix: 'ALTER EXTENSION pg_stat_statements UPDATE;',
  };
}
