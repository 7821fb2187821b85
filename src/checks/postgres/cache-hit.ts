import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText, durationText, percentText } from '../wording.ts';
import { NO_PRIMARY } from './visibility.ts';

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW */
const BLOCKS = `
  select coalesce(sum(blks_hit), 0)::bigint as "hitBlocks", coalesce(sum(blks_read), 0)::bigint as "readBlocks",
         max(stats_reset) as "resetAt"
    from pg_stat_database`;

type Sample = { hitBlocks: number; readBlocks: number; resetAt: string | null };

const Limits = z.strictObject({
  infoRatio: z.number().min(0).max(1).default(0.9),
  /** Fewer blocks than this between two looks say nothing. */
  leastBlocks: z.number().int().min(1).default(100_000),
});
type Limits = z.infer<typeof Limits>;

/**
 * How much of what is read comes from shared buffers? Only between two looks: the ratio since the last reset hardly moves. Never
 * more than information, because the cache of the operating system cannot be seen from here.
 */
export const cacheHit = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.cache-hit',
  engine: 'postgres',
  title: 'Cache hit ratio',
  why: 'A sudden fall tells of a new query that reads far more than it used to.',
  explainedBy: ['restart', 'failover', 'schema', 'statement', 'keys', 'traffic', 'setting', 'machine', 'trouble'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const [blocks] = await primary.query<Sample>(BLOCKS);
      return blocks ? { sample: blocks } : { unreliable: 'the statistics of the databases are empty' };
    },
  },

  judge({ read }, before, limits) {
    const since = before && blocksSince(read, before.samples.read, limits);
    if (!before || !since || since.ratio >= limits.infoRatio) return [];
    const { hit, fromDisk, all, ratio } = since;
    return [
      {
        key: 'postgres.cache-hit:ratio',
        severity: 'info',
        sentence: `${percentText(ratio, 1)} of ${countText(all, 'block')} read in the last ${durationText(before.secondsAgo)} came from shared buffers (told below ${percentText(limits.infoRatio)}).`,
        measure: { value: Number((ratio * 100).toFixed(1)), unit: '%', limit: limits.infoRatio * 100, step: 5 },
        evidence: { hitBlocks: hit, readBlocks: fromDisk, secondsAgo: before.secondsAgo },
        next: 'Look for the statement that reads most; it may lack an index.',
      },
    ];
  },

  metrics({ read }, before, limits) {
    const since = before && blocksSince(read, before.samples.read, limits);
    if (!since) return [];
    const told = [{ label: 'told below', value: 100 * limits.infoRatio }];
    return [{ name: 'cache-hit', value: 100 * since.ratio, unit: '%', limits: told }];
  },

  facts({ read: { hitBlocks, readBlocks } }) {
    const all = hitBlocks + readBlocks;
    return all === 0
      ? []
      : [{ label: 'Cache hit since statistics were reset', value: percentText(hitBlocks / all, 1) }];
  },
});

/** What was read between two looks; undefined where the counters were reset, or too little was read to say anything. */
function blocksSince(now: Sample, earlier: Sample, { leastBlocks }: Limits) {
  const hit = now.hitBlocks - earlier.hitBlocks;
  const fromDisk = now.readBlocks - earlier.readBlocks;
  const all = hit + fromDisk;
  // Counters that went backwards were reset by a crash.
  const isReset = now.resetAt !== earlier.resetAt || hit < 0 || fromDisk < 0;
  return isReset || all < leastBlocks ? undefined : { hit, fromDisk, all, ratio: hit / all };
}
