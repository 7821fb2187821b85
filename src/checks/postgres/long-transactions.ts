import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText } from '../wording.ts';
import { actionsOn, againstLimit, SESSION_COLUMNS, sessionText, withoutLiterals, type Session } from './session.ts';
import { askPrimary } from './visibility.ts';

/**
 * Client sessions that work, oldest transaction first. Walsenders and autovacuum workers are no client backends; what dumps,
 * vacuums or builds an index is maintenance: told, never judged. Sessions idle in a transaction have their own check.
 * https://www.postgresql.org/docs/current/progress-reporting.html
 */
const WORKING = `
  select * from (
    select ${SESSION_COLUMNS},
           a.application_name in ('pg_dump', 'pg_dumpall', 'pg_restore', 'pg_basebackup')
             or exists (select from pg_stat_progress_vacuum p where p.pid = a.pid)
             or exists (select from pg_stat_progress_create_index p where p.pid = a.pid)
             or exists (select from pg_stat_progress_cluster p where p.pid = a.pid) as maintenance
      from pg_stat_activity a
     where a.backend_type = 'client backend' and a.application_name <> 'nightshift' and a.xact_start is not null
       and a.state not like 'idle%') working
   order by maintenance, "transactionSeconds" desc limit 20`;

type Working = Session & { maintenance: boolean };
type Sample = { sessions: readonly Working[] };

const Limits = z.strictObject({
  warningSeconds: z.number().min(0).default(300),
  criticalSeconds: z.number().min(0).default(1800),
});
type Limits = z.infer<typeof Limits>;

/** Which transaction works for longer than it should? */
export const longTransactions = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.long-transactions',
  engine: 'postgres',
  title: 'Long transactions',
  why: 'A long transaction keeps its locks and keeps vacuum from removing dead rows in every table.',
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
    if (!oldest) return [];
    const critical = oldest.transactionSeconds >= limits.criticalSeconds;
    const severity = critical ? 'critical' : 'warning';
    const limitSeconds = critical ? limits.criticalSeconds : limits.warningSeconds;
    const others = long.length > 1 ? `; ${countText(long.length - 1, 'other session')} over the limit too` : '';
    return [
      {
        key: 'postgres.long-transactions:oldest',
        severity,
        sentence: `${sessionText(oldest)} has worked in one transaction for ${againstLimit(oldest.transactionSeconds, severity, limitSeconds)}${others}.`,
        measure: { value: Math.round(oldest.transactionSeconds), unit: 's', limit: limitSeconds, step: 600 },
        evidence: { sessions: long.slice(0, 10) },
        next: `Ask the owner of app \`${oldest.application}\` whether it may stop; ending it rolls its work back.`,
        actions: actionsOn(oldest, target),
      },
    ];
  },

  facts({ read }) {
    const busy = read.sessions.filter(({ maintenance }) => maintenance).length;
    return busy > 0 ? [{ label: 'Maintenance under way', value: countText(busy, 'session') }] : [];
  },
});
