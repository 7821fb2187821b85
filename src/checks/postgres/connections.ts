import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { percentLimits } from '../metric-limits.ts';
import { capped, percentText } from '../wording.ts';
import { sessionChanges } from './session-changes.ts';
import { askPrimary } from './visibility.ts';

/**
 * Client sessions against the slots that an ordinary role can take; the reserved ones do not count (reserved_connections: 16+).
 * https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SUPERUSER-RESERVED-CONNECTIONS
 */
const SLOTS = `
  select most, for_superusers as "forSuperusers", for_granted as "forGranted", most - for_superusers - for_granted as usable
    from (select current_setting('max_connections')::int as most,
                 current_setting('superuser_reserved_connections')::int as for_superusers,
                 coalesce(current_setting('reserved_connections', true)::int, 0) as for_granted) slots`;

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW */
const GROUPS = `
  select coalesce(nullif(left(application_name, 40), ''), 'unnamed') as application, usename as "user",
         coalesce(state, 'unknown') as state, count(*)::int as sessions
    from pg_stat_activity where backend_type = 'client backend'
   group by 1, 2, 3 order by sessions desc, 1, 2, 3`;

type Group = { application: string; user: string | null; state: string; sessions: number };
/** `forGranted` are kept for roles with pg_use_reserved_connections: 0 before version 16. */
type Slots = { most: number; forSuperusers: number; forGranted: number; usable: number };
type Sample = Slots & {
  used: number;
  states: { readonly [state: string]: number };
  applications: readonly { application: string; sessions: number; idle: number }[];
  moreApplications: number;
};

const Limits = z.strictObject({
  warningRatio: z.number().min(0).max(1).default(0.8),
  criticalRatio: z.number().min(0).max(1).default(0.9),
  /** An application with so many times as many sessions, and so many more, than at the last good report is told as a change. */
  leastJumpRatio: z.number().min(1).default(2),
  leastJumpSessions: z.number().int().min(1).default(10),
});
type Limits = z.infer<typeof Limits>;

/** Are there slots left for the next client? */
export const connections = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.connections',
  engine: 'postgres',
  title: 'Connections by state and application',
  why: 'When no slot is left, every new client is turned away, and the application is down although the database is up.',
  explainedBy: ['failover', 'restart', 'keys', 'traffic', 'trouble', 'statement', 'schema', 'setting', 'machine'],
  limits: Limits,
  ask: {
    read: (target) =>
      askPrimary(target, async (primary) => {
        const [slots, groups] = await Promise.all([primary.query<Slots>(SLOTS), primary.query<Group>(GROUPS)]);
        return summary(slots[0] ?? { most: 0, forSuperusers: 0, forGranted: 0, usable: 0 }, groups);
      }),
  },

  judge({ read }, _before, limits) {
    const { used, usable, applications } = read;
    const ratio = used / Math.max(1, usable);
    if (ratio < limits.warningRatio) return [];
    const critical = ratio >= limits.criticalRatio;
    const limit = critical ? limits.criticalRatio : limits.warningRatio;
    const [most] = applications;
    const share = most ? `; app \`${most.application}\` holds ${most.sessions}, of these ${most.idle} idle` : '';
    return [
      {
        key: 'postgres.connections:slots',
        severity: critical ? 'critical' : 'warning',
        sentence: `${used} of ${usable} usable connections are in use (${percentText(ratio)}, ${critical ? 'critical' : 'warning'} at ${percentText(limit)})${share}.`,
        measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 5 },
        evidence: read,
        next: most
          ? `Find out why app \`${most.application}\` opens so many; let its pool close idle ones before you raise max_connections.`
          : 'Find out which clients open so many before you raise max_connections.',
      },
    ];
  },

  changes: (good, now, limits) => sessionChanges(good.samples.read, now.samples.read, limits),

  metrics: ({ read }, _before, limits) => [
    {
      name: 'connections',
      value: (100 * read.used) / Math.max(1, read.usable),
      unit: '%',
      limits: percentLimits(limits),
    },
  ],

  facts: ({ read }) => [
    { label: 'Connections', value: `${read.used} of ${read.usable} (${read.most - read.usable} more reserved)` },
  ],
});

function summary(slots: Slots, groups: readonly Group[]): Sample {
  const states: Record<string, number> = {};
  const byApplication = new Map<string, { application: string; sessions: number; idle: number }>();
  for (const { application, state, sessions } of groups) {
    states[state] = (states[state] ?? 0) + sessions;
    const sum = byApplication.get(application) ?? { application, sessions: 0, idle: 0 };
    byApplication.set(application, {
      application,
      sessions: sum.sessions + sessions,
      idle: sum.idle + (state === 'idle' ? sessions : 0),
    });
  }
  const ranked = [...byApplication.values()].toSorted((a, b) => b.sessions - a.sessions);
  const { shown, more } = capped(ranked, 15);
  const used = groups.reduce((sum, { sessions }) => sum + sessions, 0);
  return { ...slots, used, states, applications: shown, moreApplications: more };
}
