import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Severity } from '../../core/finding.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText, durationText } from '../wording.ts';
import { actionsOn, SESSION_COLUMNS, sessionText, withoutLiterals, type Session } from './session.ts';
import { askPrimary } from './visibility.ts';

/**
 * Sessions that hold a transaction open and do nothing (not the leader of a parallel pg_dump: its workers work), with the sessions that wait for them directly.
 * pg_blocking_pids only for sessions that wait, at most 200: https://www.postgresql.org/docs/current/functions-info.html
 */
const IDLE = `
  with waiting as materialized (
    select pg_blocking_pids(pid) as blockers from (
      select pid from pg_stat_activity where wait_event_type = 'Lock' limit 200) w)
  select ${SESSION_COLUMNS}, (select count(*)::int from waiting where a.pid = any(blockers)) as victims
    from pg_stat_activity a
   where a.backend_type = 'client backend' and a.state like 'idle in transaction%' and a.xact_start is not null
     and a.application_name not in ('pg_dump', 'pg_dumpall')
   order by a.state_change limit 20`;

type Idle = Session & { victims: number };
type Sample = { sessions: readonly Idle[] };

const Limits = z.strictObject({
  warningSeconds: z.number().min(0).default(300),
  criticalSeconds: z.number().min(0).default(1800),
  /** For a session that others wait for. */
  blockingWarningSeconds: z.number().min(0).default(60),
});
type Limits = z.infer<typeof Limits>;

/** Who forgot to commit? */
export const idleInTransaction = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.idle-in-transaction',
  engine: 'postgres',
  title: 'Idle in transaction',
  why: 'A session that waits for its own client in the middle of a transaction keeps locks and dead rows for nothing.',
  explainedBy: ['traffic', 'trouble', 'failover', 'schema', 'statement', 'keys'],
  limits: Limits,
  ask: {
    read: (target) =>
      askPrimary(target, async (primary) => ({
        sessions: withoutLiterals(await primary.query<Idle>(IDLE), primary.name),
      })),
  },

  judge({ read }, _before, limits, target) {
    const judged = read.sessions
      .flatMap((session) => {
        const severity = severityOf(session, limits);
        return severity ? [{ session, severity }] : [];
      })
      .toSorted((a, b) => b.session.victims - a.session.victims || b.session.stateSeconds - a.session.stateSeconds);
    const worst = judged.find(({ severity }) => severity === 'critical') ?? judged[0];
    if (!worst) return [];
    const { session, severity } = worst;
    const others = judged.length > 1 ? `; ${countText(judged.length - 1, 'other session')} over the limit too` : '';
    return [
      {
        key: 'postgres.idle-in-transaction:oldest',
        severity,
        sentence: `${sessionText(session)} is idle in transaction for ${durationText(session.stateSeconds)}${limitText(session, severity, limits)}${others}.`,
        measure: {
          value: Math.round(session.stateSeconds),
          unit: 's',
          limit: severity === 'critical' ? limits.criticalSeconds : limits.warningSeconds,
          step: 600,
        },
        evidence: { sessions: judged.slice(0, 10).map((one) => one.session) },
        next: `End pid ${session.pid}; its client has stopped in the middle of its work, which is rolled back.`,
        actions: actionsOn(session, target),
      },
    ];
  },
});

function severityOf({ stateSeconds, victims }: Idle, limits: Limits): Exclude<Severity, 'info'> | undefined {
  if (stateSeconds >= limits.criticalSeconds) return 'critical';
  if (stateSeconds >= limits.warningSeconds) return 'warning';
  return victims > 0 && stateSeconds >= limits.blockingWarningSeconds ? 'warning' : undefined;
}

function limitText({ stateSeconds, victims }: Idle, severity: string, limits: Limits): string {
  const limitSeconds = severity === 'critical' ? limits.criticalSeconds : limits.warningSeconds;
  const over = stateSeconds >= limitSeconds ? `, ${severity} at ${durationText(limitSeconds)}` : '';
  return victims > 0
    ? `${over}, and ${countText(victims, 'session')} wait${victims === 1 ? 's' : ''} for it directly`
    : over;
}
