import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { countText, durationText, percentText } from '../wording.ts';
import { NO_PRIMARY, numberOf } from './info.ts';

type Sample = {
  /** Changes at every start: counters begin again at 0. */
  runId: string;
  evictedKeys: number;
  hits: number;
  misses: number;
};

const Limits = z.strictObject({
  warningPerSecond: z.number().min(0).default(100),
  /** Fall of the hit rate against the average until the earlier look. */
  warningDropRatio: z.number().min(0).max(1).default(0.1),
  /** Fewer lookups than this between two looks say nothing. */
  leastLookups: z.number().int().min(1).default(1000),
});
type Limits = z.infer<typeof Limits>;

/** Does the cache throw away what is still asked for? Since the earlier look; without one it gives numbers only. https://redis.io/docs/latest/commands/info/ */
export const evictions = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.evictions',
  engine: 'redis',
  title: 'Evictions and hit rate',
  why: 'A cache that evicts what is still needed sends its load to the database behind it.',
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const [stats, server] = await Promise.all([primary.info('stats'), primary.info('server')]);
      return {
        sample: {
          runId: server['run_id'] ?? '',
          evictedKeys: numberOf(stats, 'evicted_keys') ?? 0,
          hits: numberOf(stats, 'keyspace_hits') ?? 0,
          misses: numberOf(stats, 'keyspace_misses') ?? 0,
        },
      };
    },
  },

  judge({ read }, before, limits) {
    const earlier = before?.samples.read;
    if (!before || !earlier || earlier.runId !== read.runId || read.evictedKeys < earlier.evictedKeys) return [];
    return [...evictionRate(read, before, limits), ...hitRate(read, before, limits)];
  },

  facts: ({ read: { evictedKeys, hits, misses } }) => [
    { label: 'Evicted since the start', value: countText(evictedKeys, 'key') },
    ...(hits + misses > 0
      ? [{ label: 'Hit rate since the start', value: percentText(hits / (hits + misses), 1) }]
      : []),
  ],
});

function evictionRate(now: Sample, before: Before<{ read: Sample }>, limits: Limits): Finding[] {
  const evicted = now.evictedKeys - before.samples.read.evictedKeys;
  if (evicted <= 0) return [];
  const perSecond = evicted / before.secondsAgo;
  const many = perSecond >= limits.warningPerSecond;
  return [
    {
      key: 'redis.evictions:rate',
      severity: many ? 'warning' : 'info',
      sentence: `${countText(evicted, 'key')} were evicted in the last ${durationText(before.secondsAgo)} (${perSecond.toFixed(1)} a second, warning at ${limits.warningPerSecond}).`,
      measure: {
        value: Number(perSecond.toFixed(1)),
        unit: 'keys a second',
        limit: limits.warningPerSecond,
        step: 100,
      },
      evidence: { evicted, secondsAgo: before.secondsAgo },
      next: 'Look at the hit rate and at the load of the database behind it before you give the cache more memory.',
    },
  ];
}

function hitRate(now: Sample, before: Before<{ read: Sample }>, limits: Limits): Finding[] {
  const earlier = before.samples.read;
  const hits = now.hits - earlier.hits;
  const lookups = hits + now.misses - earlier.misses;
  const lookupsBefore = earlier.hits + earlier.misses;
  if (hits < 0 || lookups < limits.leastLookups || lookupsBefore < limits.leastLookups) return [];
  const rate = hits / lookups;
  const rateBefore = earlier.hits / lookupsBefore;
  // 0.9 - 0.8 is a little less than 0.1 in binary.
  if (rateBefore - rate < limits.warningDropRatio - 1e-9) return [];
  return [
    {
      key: 'redis.evictions:hit-rate',
      severity: 'warning',
      sentence: `The hit rate fell to ${percentText(rate)} in the last ${durationText(before.secondsAgo)}, from ${percentText(rateBefore)} on average before (warning at ${percentText(limits.warningDropRatio)} less).`,
      measure: {
        value: Math.round(rate * 100),
        unit: '%',
        limit: Math.round((rateBefore - limits.warningDropRatio) * 100),
        step: 5,
      },
      evidence: { hits, lookups, secondsAgo: before.secondsAgo },
      next: 'Ask what was deployed or flushed; see whether the database behind the cache bears the load.',
    },
  ];
}
