import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { NextAction } from '../../core/finding.ts';
import { shorten } from '../../core/sql.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { countText, durationText } from '../wording.ts';
import { rootsOf, type Waiter } from './lock-tree.ts';
import { actionsOn, START_COLUMNS, withoutLiterals, type Acted } from './session.ts';
import { askPrimary } from './visibility.ts';

/**
 * Only for sessions that wait, at most 200: pg_blocking_pids takes the lock manager's own locks. waitstart is 14+.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION
 */
export const WAITERS = `
  select a.pid, pg_blocking_pids(a.pid) as blockers,
         greatest(0, extract(epoch from clock_timestamp() - coalesce(w.since, a.query_start)))::float8 as "waitSeconds",
         count(*) over ()::int as waiting
    from (select pid, query_start from pg_stat_activity where wait_event_type = 'Lock' order by query_start limit 200) a
    left join (select pid, min((to_jsonb(l) ->> 'waitstart')::timestamptz) as since
                 from pg_locks l where not granted group by pid) w using (pid)`;

const WAITING = `select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock'`;

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW */
const HOLDERS = `
  select pid, ${START_COLUMNS}, backend_type as "backendType", coalesce(nullif(left(application_name, 40), ''), 'unnamed') as application,
         usename as "user", datname as database, coalesce(state, 'unknown') as state,
         extract(epoch from clock_timestamp() - state_change)::float8 as "stateSeconds",
         extract(epoch from clock_timestamp() - xact_start)::float8 as "transactionSeconds", coalesce(query, '') as query
    from pg_stat_activity a where pid = any($1)`;

/** https://www.postgresql.org/docs/current/view-pg-prepared-xacts.html */
const PREPARED = `
  select owner, database, extract(epoch from clock_timestamp() - prepared)::float8 as "ageSeconds"
    from pg_prepared_xacts order by prepared limit 5`;

type Holder = Acted & {
  backendType: string;
  application: string;
  user: string | null;
  database: string | null;
  stateSeconds: number | null;
  transactionSeconds: number | null;
  query: string;
};
type Blocker = { pid: number; victims: number; oldestWaitSeconds: number; holder: Holder | null };
type Sample = {
  waiting: number;
  roots: readonly Blocker[];
  moreRoots: number;
  prepared: readonly { owner: string; database: string; ageSeconds: number }[];
};

const Limits = z.strictObject({
  warningWaitSeconds: z.number().min(0).default(30),
  warningVictims: z.number().int().min(1).default(3),
  criticalVictims: z.number().int().min(1).default(10),
  /** A queue that moves on within this is nobody's trouble. */
  leastWaitSeconds: z.number().min(0).default(1),
});
type Limits = z.infer<typeof Limits>;

/** Who blocks whom, and who is at the root? */
export const locks = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.locks',
  engine: 'postgres',
  title: 'Lock tree with its root blocker',
  why: 'One forgotten transaction can stop a whole application; the one to end is the root, not one of its victims.',
  explainedBy: ['schema', 'statement', 'traffic', 'setting', 'keys', 'trouble'],
  limits: Limits,
  ask: { read: (target) => askPrimary(target, lookAtLocks) },

  judge({ read }, _before, limits, target) {
    const [root] = read.roots;
    if (!root || root.oldestWaitSeconds < limits.leastWaitSeconds) return [];
    const severity = severityOf(root, limits);
    if (!severity) return [];
    const limit = severity === 'critical' ? limits.criticalVictims : limits.warningVictims;
    return [
      {
        key: 'postgres.locks:root',
        severity,
        sentence: sentenceOf(root, read),
        measure: { value: root.victims, unit: 'sessions', limit, step: 3 },
        evidence: read,
        next: nextOf(root),
        actions: actionsOf(root, target),
      },
    ];
  },

  facts: ({ read }) =>
    read.waiting > 0 ? [{ label: 'Waiting for locks', value: countText(read.waiting, 'session') }] : [],
});

async function lookAtLocks(primary: PostgresMember): Promise<Sample> {
  const [waiters, [total]] = await Promise.all([
    primary.query<Waiter>(WAITERS),
    primary.query<{ waiting: number }>(WAITING),
  ]);
  const roots = rootsOf(waiters);
  const shown = roots.slice(0, 5);
  const [holders, prepared] = await Promise.all([
    shown.length > 0 ? primary.query<Holder>(HOLDERS, [shown.map(({ pid }) => pid)]) : [],
    shown.some(({ pid }) => pid === 0) ? primary.query<Sample['prepared'][number]>(PREPARED) : [],
  ]);
  const known = new Map(withoutLiterals(holders, primary.name).map((holder) => [holder.pid, holder]));
  return {
    waiting: Math.max(total?.waiting ?? 0, waiters.length),
    roots: shown.map((root) => ({ ...root, holder: known.get(root.pid) ?? null })),
    moreRoots: roots.length - shown.length,
    prepared,
  };
}

function severityOf({ victims, oldestWaitSeconds }: Blocker, limits: Limits): 'critical' | 'warning' | undefined {
  if (victims >= limits.criticalVictims) return 'critical';
  return victims >= limits.warningVictims || oldestWaitSeconds >= limits.warningWaitSeconds ? 'warning' : undefined;
}

function sentenceOf(root: Blocker, { roots, moreRoots }: Sample): string {
  const others = roots.length - 1 + moreRoots;
  const also = others > 0 ? `; ${countText(others, 'other session')} block${others === 1 ? 's' : ''} too` : '';
  const waits = root.victims === 1 ? 'waits' : 'wait';
  return `${countText(root.victims, 'session')} ${waits} behind ${nameOf(root)}, the oldest for ${durationText(root.oldestWaitSeconds)}${also}${doneText(root)}.`;
}

function nameOf({ pid, holder }: Blocker): string {
  if (pid === 0) return 'a prepared transaction';
  if (!holder) return `pid ${pid} (it has just ended)`;
  const doing =
    holder.state === 'active' && holder.transactionSeconds !== null
      ? `active, in transaction for ${durationText(holder.transactionSeconds)}`
      : `${holder.state} for ${durationText(holder.stateSeconds ?? 0)}`;
  const what = holder.backendType === 'client backend' ? `app \`${holder.application}\`` : holder.backendType;
  return `pid ${pid} (${what}, ${doing})`;
}

/** What the root runs, or ran last: normalised, and short enough for a telephone. */
function doneText({ holder }: Blocker): string {
  if (!holder?.query) return '';
  return `; ${holder.state === 'active' ? 'it runs' : 'its last statement'}: \`${shorten(holder.query, 80)}\``;
}

function nextOf({ pid, holder }: Blocker): string {
  if (pid === 0) return 'Look into pg_prepared_xacts and let its owner commit it or roll it back.';
  if (!holder) return 'Look again: the blocker was gone when it was asked for.';
  if (holder.backendType !== 'client backend') {
    return `Do not end the ${holder.backendType}; find out what holds it up, and look again in a minute.`;
  }
  return `End pid ${pid} if its work may be rolled back; then the others go on by themselves.`;
}

/** Whatever blocks, its tree can be looked at; only a client's session may be stopped. */
function actionsOf({ holder }: Blocker, target: string): NextAction[] {
  if (holder?.backendType === 'client backend') return actionsOn(holder, target, 'Show tree');
  return [{ label: 'Show tree', operation: 'sessions', target, args: [], disruptive: false }];
}
