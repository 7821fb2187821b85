import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import { asFault } from '../../core/errors.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { countText, durationText } from '../wording.ts';
import { growthByName, perHour } from './counters.ts';

/**
 * Queries that a standby cancelled because replay had to go on, since its last reset; all databases together.
 * confl_active_logicalslot is 16+, so it is read by name.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-CONFLICTS-VIEW
 */
const CANCELLED = `
  select coalesce(sum(confl_snapshot), 0)::bigint as snapshot, coalesce(sum(confl_lock), 0)::bigint as lock,
         coalesce(sum(confl_bufferpin), 0)::bigint as "bufferPin", coalesce(sum(confl_deadlock), 0)::bigint as deadlock,
         coalesce(sum(confl_tablespace), 0)::bigint as tablespace,
         coalesce(sum((to_jsonb(c) ->> 'confl_active_logicalslot')::bigint), 0)::bigint as "logicalSlot",
         (select max(stats_reset) from pg_stat_database) as "resetAt"
    from pg_stat_database_conflicts c`;

const REASONS = ['snapshot', 'lock', 'bufferPin', 'deadlock', 'tablespace', 'logicalSlot'] as const;
type Reason = (typeof REASONS)[number];
type Cancelled = { readonly [reason in Reason]: number } & { name: string; resetAt: string | null };
type Sample = { replicas: readonly Cancelled[]; silent: readonly string[] };

const Limits = z.strictObject({
  /** Somebody's reports fail again and again; a single cancelled query is told, and tried again. */
  warningQueriesPerHour: z.number().min(0).default(20),
  leastQueries: z.number().int().min(1).default(5),
});
type Limits = z.infer<typeof Limits>;

const WORDS: { readonly [reason in Reason]: { why: string; next: string } } = {
  snapshot: {
    why: 'vacuum on the primary removed rows that they still needed',
    next: 'Let max_standby_streaming_delay on the replica be as long as its longest query, or switch hot_standby_feedback on.',
  },
  lock: {
    why: 'the primary changed or dropped a table that they read',
    next: 'Run DDL when the replica is quiet, or raise max_standby_streaming_delay there.',
  },
  bufferPin: { why: 'replay needed a page that they held', next: 'Raise max_standby_streaming_delay on the replica.' },
  deadlock: { why: 'they and replay waited for each other', next: 'Raise max_standby_streaming_delay on the replica.' },
  tablespace: { why: 'a tablespace that they used was dropped', next: 'Find out who dropped the tablespace.' },
  logicalSlot: {
    why: 'a logical slot on the replica lost its rows',
    next: 'Switch hot_standby_feedback on, and make the logical slot again.',
  },
};

/** How many queries did each replica cancel since the last look, and why? */
export const conflicts = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.conflicts',
  engine: 'postgres',
  title: 'Queries cancelled on replicas',
  why: 'A replica ends a query that stands in the way of replay; to whoever asked, the database seems broken.',
  explainedBy: ['setting', 'statement', 'traffic', 'failover'],
  limits: Limits,
  ask: {
    async read({ members, unreached }) {
      if (members.length === 0) return { unreliable: 'no member answered' };
      const replicas = members.filter(({ inRecovery }) => inRecovery);
      const seen = await Promise.all(replicas.map(async (replica) => ({ replica, counted: await countOn(replica) })));
      const counted = seen.flatMap((one) => (one.counted ? [{ name: one.replica.name, ...one.counted }] : []));
      const gone = [
        ...unreached.filter(({ role }) => role === 'replica').map(({ name }) => name),
        ...seen.filter((one) => !one.counted).map((one) => one.replica.name),
      ];
      if (gone.length > 0 && counted.length === 0) return { unreliable: `no replica answered (${gone.join(', ')})` };
      return { sample: { replicas: counted, silent: gone } };
    },
  },

  judge({ read }, before, limits) {
    const earlier = before && { samples: before.samples.read.replicas, secondsAgo: before.secondsAgo };
    return growthByName(read.replicas, earlier, REASONS).flatMap(({ one: { name }, grown }) => {
      const count = REASONS.reduce((sum, reason) => sum + grown[reason], 0);
      if (count === 0) return [];
      const worst = REASONS.toSorted((a, b) => grown[b] - grown[a])[0] ?? 'snapshot';
      const rate = perHour(count, grown.seconds);
      const warns = rate >= limits.warningQueriesPerHour && count >= limits.leastQueries;
      return [
        {
          key: `postgres.conflicts:${name}`,
          severity: warns ? ('warning' as const) : ('info' as const),
          sentence: `${name} cancelled ${count === 1 ? '1 query' : `${count.toLocaleString('en-US')} queries`} in the last ${durationText(grown.seconds)} (warning at ${limits.warningQueriesPerHour} an hour), ${countText(grown[worst], 'time')} because ${WORDS[worst].why}.`,
          measure: { value: Math.round(rate), unit: 'queries an hour', limit: limits.warningQueriesPerHour, step: 20 },
          evidence: grown,
          next: WORDS[worst].next,
        },
      ];
    });
  },
});

/** Undefined when the replica went away in the middle: the others still count. */
async function countOn(replica: PostgresMember): Promise<Omit<Cancelled, 'name'> | undefined> {
  try {
    const [row] = await replica.query<Omit<Cancelled, 'name'>>(CANCELLED);
    return row;
  } catch (thrown) {
    if (['target_unreachable', 'timed_out'].includes(asFault(thrown).code)) return undefined;
    throw thrown;
  }
}
