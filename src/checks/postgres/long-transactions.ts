import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import { shorten } from '../../core/sql.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText } from '../wording.ts';
import { actionsOn, againstLimit, SESSION_COLUMNS, sessionText, withoutLiterals, type Session } from './session.ts';
import { askPrimary } from './visibility.ts';

/**
 * Client sessions that work, oldest transaction first. Walsenders, autovacuum and logical replication workers are no client
 * backends; what dumps, copies, vacuums or builds an index is maintenance with a limit of its own. Sessions idle in a
 * transaction have their own check; a statement that has waited for a lock since it began, first in its transaction, has not
 * worked: it is a victim, and the check of locks tells of it.
 * https://www.postgresql.org/docs/current/progress-reporting.html
 */
const WORKING = `
  select * from (
    select ${SESSION_COLUMNS},
           a.application_name in ('pg_dump', 'pg_dumpall', 'pg_restore', 'pg_basebackup')
             or exists (select from pg_stat_progress_vacuum p where p.pid = a.pid)
             or exists (select from pg_stat_progress_create_index p where p.pid = a.pid)
             or exists (select from pg_stat_progress_cluster p where p.pid = a.pid)
             or exists (select from pg_stat_progress_analyze p where p.pid = a.pid)
             or exists (select from pg_stat_progress_copy p where p.pid = a.pid) as maintenance
      from pg_stat_activity a
     where a.backend_type = 'client backend' and a.application_name <> 'nightshift' and a.xact_start is not null
       and a.state not like 'idle%'
       and not (coalesce(a.wait_event_type = 'Lock' and a.wait_event in ('relation', 'transactionid', 'tuple'), false)
                and a.query_start - a.xact_start < interval '1 s')) working
   order by maintenance, "transactionSeconds" desc limit 20`;

type Working = Session & { maintenance: boolean };
type Sample = { sessions: readonly Working[] };

const Limits = z.strictObject({
  warningSeconds: z.number().min(0).default(300),
  criticalSeconds: z.number().min(0).default(1800),
  /** A dump or an index build of a large database takes hours; one that takes a day keeps every dead row of that day. */
  maintenanceWarningSeconds: z.number().min(0).default(86_400),
});
type Limits = z.infer<typeof Limits>;

/** Which transaction works for longer than it should? */
export const longTransactions = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.long-transactions',
  engine: 'postgres',
  title: 'Long transactions',
  why: 'A long transaction keeps its locks and keeps vacuum from removing dead rows in every table.',
  explainedBy: ['schema', 'statement', 'keys', 'traffic', 'trouble', 'setting', 'machine', 'failover', 'restart'],
  limits: Limits,
  ask: {
    read: (target) =>
      askPrimary(target, async (primary) => ({
        sessions: withoutLiterals(await primary.query<Working>(WORKING), primary.name),
      })),
  },

  judge({ read }, _before, limits, target) {
    const long = read.sessions.filter((one) => !one.maintenance && one.transactionSeconds >= limits.warningSeconds);
    const [oldest] = long;
    if (!oldest) return longMaintenance(read, limits);
    const critical = oldest.transactionSeconds >= limits.criticalSeconds;
    const severity = critical ? 'critical' : 'warning';
    const limitSeconds = critical ? limits.criticalSeconds : limits.warningSeconds;
    return [
      {
        key: 'postgres.long-transactions:oldest',
        severity,
        sentence: `${sessionText(oldest)} has worked in one transaction for ${againstLimit(oldest.transactionSeconds, severity, limitSeconds)}${othersText(long)}.`,
        measure: { value: Math.round(oldest.transactionSeconds), unit: 's', limit: limitSeconds, step: 600 },
        evidence: { sessions: long.slice(0, 10) },
        next: isStorm(long)
          ? `Ask the owner of app \`${oldest.application}\` what began to send this statement; look at its plan before you cancel them.`
          : `Ask the owner of app \`${oldest.application}\` whether it may stop; ending it rolls its work back.`,
        actions: actionsOn(oldest, target),
      },
      ...longMaintenance(read, limits),
    ];
  },

  facts({ read }) {
    const busy = read.sessions.filter(({ maintenance }) => maintenance).length;
    return busy > 0 ? [{ label: 'Maintenance under way', value: countText(busy, 'session') }] : [];
  },
});

/** Several sessions with one and the same statement: what is slow is the statement, not its client. */
function isStorm(long: readonly Working[]): boolean {
  return long.length > 2 && new Set(long.map(({ query }) => query)).size === 1;
}

function othersText(long: readonly Working[]): string {
  const [first] = long;
  if (!first || long.length < 2) return '';
  const others = `${countText(long.length - 1, 'other session')} over the limit too`;
  return `; ${others}${isStorm(long) ? `, all of them in the same statement: \`${shorten(first.query, 80)}\`` : ''}`;
}

/** Told without a button: ending it throws a day of work away. */
function longMaintenance({ sessions }: Sample, { maintenanceWarningSeconds }: Limits): Finding[] {
  const [oldest] = sessions.filter((one) => one.maintenance && one.transactionSeconds >= maintenanceWarningSeconds);
  if (!oldest) return [];
  return [
    {
      key: 'postgres.long-transactions:maintenance',
      severity: 'warning',
      sentence: `${sessionText(oldest)} does maintenance in one transaction for ${againstLimit(oldest.transactionSeconds, 'warning', maintenanceWarningSeconds)}.`,
      measure: {
        value: Math.round(oldest.transactionSeconds),
        unit: 's',
        limit: maintenanceWarningSeconds,
        step: 21_600,
      },
      evidence: { sessions: [oldest] },
      next: `See whether app \`${oldest.application}\` still moves on (pg_stat_progress_…) before you think of ending it.`,
    },
  ];
}
