import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText, durationText, percentText } from '../wording.ts';
import { growthByName, perHour, type Growth } from './counters.ts';
import { NO_PRIMARY } from './visibility.ts';

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW */
const ENDED = `
  select datname as name, deadlocks, xact_commit as commits, xact_rollback as rollbacks, stats_reset as "resetAt"
    from pg_stat_database where datname is not null order by xact_commit + xact_rollback desc, datname limit 60`;

type Ended = { name: string; deadlocks: number; commits: number; rollbacks: number; resetAt: string | null };
type Sample = { databases: readonly Ended[] };

const Limits = z.strictObject({
  /** One deadlock now and then is told, never more: the server ended one of the two, and the application tries again. */
  warningDeadlocksPerHour: z.number().min(0).default(10),
  /** And so many at least between two looks, because two in a minute are no rate. */
  leastDeadlocks: z.number().int().min(1).default(3),
  rollbackInfoRatio: z.number().min(0).max(1).default(0.2),
  rollbackWarningRatio: z.number().min(0).max(1).default(0.5),
  /** Above what this database is used to: some frameworks end every reading transaction by ROLLBACK. */
  rollbackRiseRatio: z.number().min(0).max(1).default(0.15),
  leastTransactionsPerSecond: z.number().min(0).default(1),
});
type Limits = z.infer<typeof Limits>;

/** Did the server have to end transactions since the last look, and do more fail than usual? Never the sum of all time. */
export const deadlocks = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.deadlocks',
  engine: 'postgres',
  title: 'Deadlocks and rollbacks since the last look',
  why: 'A transaction that is ended for a deadlock is an error for somebody, and a rise of rollbacks is often the first sign of a bad deploy.',
  explainedBy: ['statement', 'schema', 'traffic'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const databases = await primary.query<Ended>(ENDED);
      return databases.length > 0
        ? { sample: { databases } }
        : { unreliable: 'the statistics of the databases are empty' };
    },
  },

  judge: ({ read }, before, limits) =>
    grownSince(read, before).flatMap(({ one, habit, grown }) => [
      ...deadlockFinding(one.name, grown, limits),
      ...rollbackFinding(one.name, grown, habit, limits),
    ]),

  facts({ read }, before) {
    if (!before) return [];
    const all = grownSince(read, before).map(({ grown }) => (grown.commits + grown.rollbacks) / grown.seconds);
    const perSecond = all.reduce((sum, rate) => sum + rate, 0);
    return all.length > 0 ? [{ label: 'Transactions', value: `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s` }] : [];
  },
});

type Grown = Growth<'deadlocks' | 'commits' | 'rollbacks'>;

/** With the share of rollbacks that each database had up to the earlier look. */
function grownSince(now: Sample, before: Before<{ read: Sample }> | undefined) {
  const earlier = before && { samples: before.samples.read.databases, secondsAgo: before.secondsAgo };
  return growthByName(now.databases, earlier, ['deadlocks', 'commits', 'rollbacks']).map(({ one, grown }) => ({
    one,
    grown,
    habit:
      (one.rollbacks - grown.rollbacks) / Math.max(1, one.commits + one.rollbacks - grown.commits - grown.rollbacks),
  }));
}

function deadlockFinding(database: string, grown: Grown, limits: Limits): Finding[] {
  const { deadlocks: count, seconds } = grown;
  if (count <= 0) return [];
  const rate = perHour(count, seconds);
  const warns = rate >= limits.warningDeadlocksPerHour && count >= limits.leastDeadlocks;
  return [
    {
      key: `postgres.deadlocks:${database}`,
      severity: warns ? 'warning' : 'info',
      sentence: `${countText(count, 'transaction')} of database \`${database}\` ${count === 1 ? 'was' : 'were'} ended for a deadlock in the last ${durationText(seconds)} (warning at ${limits.warningDeadlocksPerHour} an hour).`,
      measure: { value: Math.round(rate), unit: 'deadlocks an hour', limit: limits.warningDeadlocksPerHour, step: 10 },
      evidence: grown,
      next: 'The server log names both statements of each; let all code take its locks in the same order.',
    },
  ];
}

function rollbackFinding(database: string, grown: Grown, habit: number, limits: Limits): Finding[] {
  const { commits, rollbacks, seconds } = grown;
  const all = commits + rollbacks;
  const ratio = rollbacks / Math.max(1, all);
  if (all / seconds < limits.leastTransactionsPerSecond || ratio < limits.rollbackInfoRatio) return [];
  if (ratio - habit < limits.rollbackRiseRatio) return [];
  const warns = ratio >= limits.rollbackWarningRatio;
  const limit = warns ? limits.rollbackWarningRatio : limits.rollbackInfoRatio;
  return [
    {
      key: `postgres.deadlocks:${database}:rollbacks`,
      severity: warns ? 'warning' : 'info',
      sentence: `${percentText(ratio)} of ${countText(all, 'transaction')} of database \`${database}\` were rolled back in the last ${durationText(seconds)} (${percentText(habit)} before; ${warns ? 'warning' : 'told'} at ${percentText(limit)}).`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 10 },
      evidence: { ...grown, habit },
      next: 'Look at the errors of the application and at what was deployed last.',
    },
  ];
}
