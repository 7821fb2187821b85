import type { PostgresMember } from '../../targets/postgres.ts';

/**
 * The planner calls IMMUTABLE and STABLE functions to see what they give, with the rights of whoever asks for the plan: a function of
 * an application would run as a superuser. https://www.postgresql.org/docs/current/xfunc-volatility.html
 */
const RISK = `
  select quote_ident(current_user) as role,
         (select count(*)::int from pg_proc p join pg_roles o on o.oid = p.proowner where not o.rolsuper and p.provolatile <> 'v') as functions
    from pg_roles r where r.rolname = current_user
     and (r.rolsuper or pg_has_role(current_user, 'pg_execute_server_program', 'usage') or pg_has_role(current_user, 'pg_write_server_files', 'usage'))`;

/** Why our role has too many rights to plan a statement of somebody else; undefined where it has not. */
export async function tooPowerful(member: PostgresMember): Promise<{ reason: string; fix: string } | undefined> {
  const [risk] = await member.query<{ role: string; functions: number }>(RISK);
  if (!risk || risk.functions === 0) return undefined;
  return {
    reason: `${risk.role} may do everything on this server, and planning can call functions of others with its rights (${risk.functions} here are theirs)`,
    fix: 'Connect as nightshift_read, which infra/migrations/init-database.sql makes.',
  };
}
