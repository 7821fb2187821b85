import type { DrillLook } from '../../../core/drill.ts';
import type { Shown } from './amcheck.ts';
import type { CopySession } from './copy-session.ts';

/** A login that the config names, and for what. */
export type NamedLogin = { user: string; for: 'read' | 'act' | 'copy' | 'canary' };

/** https://www.postgresql.org/docs/current/view-pg-roles.html */
const ROLES =
  'SELECT rolname AS name, rolcanlogin AS "canLogin", rolreplication AS replicates FROM pg_catalog.pg_roles';
/** Owners and grantees of tables whose role is not there. https://www.postgresql.org/docs/current/functions-info.html (aclexplode) */
const ORPHANS = `
  SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN LATERAL pg_catalog.aclexplode(c.relacl) g ON true
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = c.relowner)
    OR (g.grantee <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = g.grantee))
  ORDER BY 1 LIMIT 10`;
/** Who may do more than others, and what everybody may change: a line each. */
const POWERS = `
  SELECT r.rolname || ' ' || power AS power FROM pg_catalog.pg_roles r,
    LATERAL (VALUES ('is a superuser', r.rolsuper), ('replicates', r.rolreplication), ('makes roles', r.rolcreaterole),
      ('passes row security', r.rolbypassrls)) AS p (power, has)
  WHERE has
  UNION SELECT 'everybody may change ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.aclexplode(c.relacl) g
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND g.grantee = 0 AND g.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
  ORDER BY 1 LIMIT 200`;

/** Whether those who have to come in are there with what they need, and nothing belongs to nobody. */
export async function checkRoles(
  { ask }: CopySession,
  logins: readonly NamedLogin[],
  shown: Shown,
): Promise<{ look: DrillLook; powers: string[] }> {
  const roles = await ask<{ name: string; canLogin: boolean; replicates: boolean }>(ROLES);
  const orphans = await ask<{ name: string }>(ORPHANS);
  const powers = await ask<{ power: string }>(POWERS);
  const problems = [
    ...logins.flatMap(({ user, for: what }) => {
      const role = roles.find(({ name }) => name === user);
      if (role === undefined) return [`the login ${user} (${what}) is not there.`];
      if (!role.canLogin) return [`${user} (${what}) may not log in.`];
      return what === 'copy' && !role.replicates
        ? [`${user} (${what}) may not replicate: no backup can be taken.`]
        : [];
    }),
    ...orphans.map(({ name }) => `${shown(name)} belongs, or is granted, to a role that is not there.`),
  ];
  const detail = `${roles.length} roles, ${logins.length} of them logins of nightshift.yaml`;
  const outcome = problems.length > 0 ? 'failed' : 'passed';
  return {
    look: { what: 'roles and grants', outcome, detail, problems },
    powers: powers.map(({ power }) => shown(power)),
  };
}
