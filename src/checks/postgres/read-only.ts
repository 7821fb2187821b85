import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText, listText } from '../wording.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * Databases and roles for which it was set by ALTER; our own role is set so on purpose.
 * https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html
 */
const SET_FOR = `
  select d.datname as database, r.rolname as role
    from pg_db_role_setting s left join pg_database d on d.oid = s.setdatabase left join pg_roles r on r.oid = s.setrole
   where exists (select from unnest(s.setconfig) one where one ~* '^default_transaction_read_only=(on|t|tr|tru|true|y|ye|yes|1)$')
     and r.rolname is distinct from current_user
   order by 1 nulls last, 2 nulls first limit 20`;

type SetFor = { database: string | null; role: string | null };
type Sample = { member: string; everybody: 'server' | 'database' | null; setFor: readonly SetFor[] };

const Limits = z.strictObject({
  /** Roles that only read are set so on purpose: told from this many on. 0 says nothing of them. */
  infoRoleRows: z.number().int().min(0).default(0),
});
type Limits = z.infer<typeof Limits>;

/** Does the primary take the writes of those who connect to it? */
export const readOnly = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.read-only',
  engine: 'postgres',
  title: 'Primary that refuses writes',
  why: 'With default_transaction_read_only on, every write of the application fails although the server looks well.',
  explainedBy: ['setting', 'failover', 'restart'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const setFor = await primary.query<SetFor>(SET_FOR);
      return { sample: { member: primary.name, everybody: primary.readOnlyBy ?? null, setFor } };
    },
  },

  judge({ read: { member, everybody, setFor } }, _before, limits) {
    const closed = setFor.flatMap(({ database, role }) => (database !== null && role === null ? [database] : []));
    const roles = setFor.filter(({ role }) => role !== null).length;
    if (everybody === 'server') {
      const sentence = `${member} refuses the writes of all ordinary sessions: default_transaction_read_only is on for the whole server (limit: off).`;
      return [finding('server', 'critical', sentence, setFor)];
    }
    if (closed.length > 0) {
      const sentence = `${countText(closed.length, 'database')} on ${member} refuse${closed.length === 1 ? 's' : ''} the writes of ordinary sessions: default_transaction_read_only is on for ${listText(closed.map((name) => `\`${name}\``))} (limit: off).`;
      return [finding('database', everybody === 'database' ? 'critical' : 'warning', sentence, setFor)];
    }
    if (limits.infoRoleRows === 0 || roles < limits.infoRoleRows) return [];
    return [
      finding(
        'role',
        'info',
        `${countText(roles, 'role')} on ${member} may only read by default (told at ${limits.infoRoleRows}).`,
        setFor,
      ),
    ];
  },
});

function finding(what: string, severity: 'critical' | 'warning' | 'info', sentence: string, setFor: readonly SetFor[]) {
  return {
    key: `postgres.read-only:${what}`,
    severity,
    sentence,
    evidence: { setFor },
    next: 'Find out who switched it on and why (a full disk, a migration, a failover); then switch it off and reload.',
  };
}
