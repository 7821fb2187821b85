import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { percentText } from '../wording.ts';
import { askPrimary } from './visibility.ts';

/**
 * Roles and databases with a limit of their own. Superusers have none, whatever rolconnlimit says; a limit of 0 closes the door
 * on purpose, and datconnlimit -2 marks a database whose removal failed.
 * https://www.postgresql.org/docs/current/view-pg-roles.html
 * https://www.postgresql.org/docs/current/catalog-pg-database.html
 */
const LIMITED = `
  with sessions as materialized (
    select usesysid, datid, count(*)::int as used from pg_stat_activity where backend_type = 'client backend' group by 1, 2)
  select * from (
    select 'role' as kind, rolname as name, rolconnlimit as most,
           coalesce((select sum(used) from sessions where usesysid = r.oid), 0)::int as used
      from pg_roles r where rolconnlimit > 0 and rolcanlogin and not rolsuper
    union all
    select 'database', datname, datconnlimit, coalesce((select sum(used) from sessions where datid = d.oid), 0)::int
      from pg_database d where datconnlimit > 0) limited
   order by used::float8 / most desc, kind, name limit 20`;

type Limited = { kind: 'role' | 'database'; name: string; most: number; used: number };
type Sample = { limited: readonly Limited[] };

const Limits = z.strictObject({
  warningRatio: z.number().min(0).max(1).default(0.8),
  criticalRatio: z.number().min(0).max(1).default(0.95),
  /** Smaller limits are full in ordinary work: a role for one worker has a limit of one. */
  leastLimitSessions: z.number().int().min(1).default(5),
});
type Limits = z.infer<typeof Limits>;

/** Is a role or a database near its own connection limit, although the server has slots left? */
export const roleLimits = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.role-limits',
  engine: 'postgres',
  title: 'Connection limits of roles and databases',
  why: 'A role that has used up its own limit is turned away while the server as a whole looks idle.',
  explainedBy: ['failover', 'restart', 'keys', 'traffic', 'trouble', 'statement', 'setting'],
  limits: Limits,
  ask: {
    read: (target) => askPrimary(target, async (primary) => ({ limited: await primary.query<Limited>(LIMITED) })),
  },

  judge: ({ read }, _before, limits) =>
    read.limited.flatMap(({ kind, name, most, used }) => {
      const ratio = used / most;
      if (most < limits.leastLimitSessions || ratio < limits.warningRatio) return [];
      const critical = ratio >= limits.criticalRatio;
      const limit = critical ? limits.criticalRatio : limits.warningRatio;
      const where = kind === 'role' ? 'ALTER ROLE' : 'ALTER DATABASE';
      return [
        {
          key: `postgres.role-limits:${kind}:${name}`,
          severity: critical ? ('critical' as const) : ('warning' as const),
          sentence: `${kind === 'role' ? 'Role' : 'Database'} \`${name}\` uses ${used} of the ${most} connections that it may have (${percentText(ratio)}, ${critical ? 'critical' : 'warning'} at ${percentText(limit)}).`,
          measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 5 },
          evidence: { kind, name, most, used },
          next: `Find out why it opens so many; if that is right, raise its limit (${where} … CONNECTION LIMIT), as far as max_connections allows.`,
        },
      ];
    }),

  facts({ read }) {
    const [fullest] = read.limited;
    return fullest && fullest.most > 0
      ? [
          {
            label: 'Fullest connection limit',
            value: `${fullest.kind} ${fullest.name}, ${fullest.used} of ${fullest.most}`,
          },
        ]
      : [];
  },
});
