import type { PostgresMember } from '../../targets/postgres.ts';

/** What a role runs with in a database, as far as anybody but the role can tell. */
export type RoleSettings = { searchPath: string; workMemBytes: number; planCacheMode: string };

/**
 * What is set for the role in this database counts more than for the role, and that more than for the database.
 * https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html
 */
const SETTINGS = `
  with own as (
    select distinct on (split_part(one, '=', 1)) split_part(one, '=', 1) as name, substr(one, position('=' in one) + 1) as value
      from pg_db_role_setting s cross join unnest(s.setconfig) one
     where s.setrole in (0, (select oid from pg_roles where rolname = $1))
       and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
     order by 1, s.setrole <> 0 desc, s.setdatabase <> 0 desc)
  select coalesce((select value from own where name = 'search_path'),
                  (select reset_val from pg_settings where name = 'search_path')) as "searchPath",
         pg_size_bytes(coalesce((select case when value ~ '^[0-9]+$' then value || 'kB' else value end from own where name = 'work_mem'),
                  (select reset_val || 'kB' from pg_settings where name = 'work_mem'))) as "workMemBytes",
         coalesce((select value from own where name = 'plan_cache_mode'),
                  (select reset_val from pg_settings where name = 'plan_cache_mode')) as "planCacheMode"`;

export async function roleSettings(member: PostgresMember, role: string | null): Promise<RoleSettings> {
  const [row] = await member.query<RoleSettings>(SETTINGS, [role]);
  const { searchPath = 'public', workMemBytes = 4_194_304, planCacheMode = 'auto' } = row ?? {};
  return { searchPath: pathOf(searchPath, role), workMemBytes, planCacheMode };
}

/** `$user` is the schema named like the role. */
function pathOf(searchPath: string, role: string | null): string {
  const quoted = role === null ? '' : `"${role.replaceAll('"', '""')}"`;
  return searchPath.replaceAll(/"?\$user"?/g, () => quoted).replace(/^\s*,\s*/, '');
}
