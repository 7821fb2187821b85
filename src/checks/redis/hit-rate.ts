import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { durationText, percentText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOrNull, runIdOf } from './info.ts';
import { grownIn, hitRateChange } from './rate-changes.ts';
import { earlierOf, growthOf } from './since.ts';

type MemberLookups = { name: string; role: string; runId: string | null; hits: number | null; misses: number | null };
type Sample = EachSaid<MemberLookups>;
type Lookups = { hits: number; misses: number };

const Limits = z.strictObject({
  /** Fall of the hit rate against the average until the earlier look. */
  dropRatio: z.number().min(0).max(1).default(0.1),
  /** Fewer lookups than this between two looks say nothing. */
  leastLookups: z.number().int().min(1).default(1000),
});

/** Does the cache answer less of what is asked than before? Over all members, since the earlier look. https://redis.io/docs/latest/commands/info/ */
export const hitRate = defineCheck<RedisTarget, { read: Sample }, z.infer<typeof Limits>>({
  id: 'redis.hit-rate',
  engine: 'redis',
  title: 'Hit rate',
  why: 'What the cache does not answer the database behind it has to; the rate since the start hides what changed today.',
  explainedBy: ['keys', 'restart', 'failover', 'setting', 'traffic'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge({ read }, before, limits) {
    const unseen = unseenFindings('redis.hit-rate', 'The hit rate', read.unseen);
    const pairs = read.members.flatMap((now) => pairOf(now, earlierOf(now, before)?.past) ?? []);
    const now = sumOf(pairs.map(({ since }) => since));
    const past = sumOf(pairs.map(({ until }) => until));
    if (!before || lookups(now) < limits.leastLookups || lookups(past) < limits.leastLookups) return unseen;
    const [rate, rateBefore] = [now.hits / lookups(now), past.hits / lookups(past)];
    // 0.9 - 0.8 is a little less than 0.1 in binary.
    if (rateBefore - rate < limits.dropRatio - 1e-9) return unseen;
    return [
      {
        key: 'redis.hit-rate:drop',
        severity: 'info',
        sentence: `The hit rate fell to ${percentText(rate)} in the last ${durationText(before.secondsAgo)}, from ${percentText(rateBefore)} on average before (told from ${percentText(limits.dropRatio)} less).`,
        measure: {
          value: Math.round(rate * 100),
          unit: '%',
          limit: Math.round((rateBefore - limits.dropRatio) * 100),
          step: 5,
        },
        evidence: { ...now, secondsAgo: before.secondsAgo },
        next: 'Ask what was deployed or flushed; see whether the database behind the cache bears the load.',
      },
      ...unseen,
    ];
  },

  comparesRates: true,
  changes(good, now, { dropRatio, leastLookups }) {
    // Without an earlier look the average since the start is the best that is known of then.
    const then = grownIn(good, ['hits', 'misses']) ?? sumOf(good.samples.read.members.flatMap(knownOf));
    const is = grownIn(now, ['hits', 'misses'], good);
    if (!is || lookups(is) < leastLookups || lookups(then) < leastLookups) return [];
    return hitRateChange(then.hits / lookups(then), is.hits / lookups(is), dropRatio);
  },

  facts({ read }) {
    const all = sumOf(read.members.flatMap(knownOf));
    if (lookups(all) === 0) return [];
    return [{ label: 'Hit rate since the start', value: percentText(all.hits / lookups(all), 1) }];
  },
});

async function lookAt(member: RedisMember): Promise<MemberLookups> {
  const info = await infoOf(member, 'server', 'stats');
  return {
    ...nameOf(member),
    runId: runIdOf(info),
    hits: numberOrNull(info, 'keyspace_hits'),
    misses: numberOrNull(info, 'keyspace_misses'),
  };
}

function knownOf({ hits, misses }: MemberLookups): Lookups[] {
  return hits === null || misses === null ? [] : [{ hits, misses }];
}

function pairOf(now: MemberLookups, then: MemberLookups | undefined): { since: Lookups; until: Lookups } | undefined {
  if (!then || then.hits === null || then.misses === null) return undefined;
  const hits = growthOf(now.hits, then.hits);
  const misses = growthOf(now.misses, then.misses);
  if (hits === undefined || misses === undefined) return undefined;
  return { since: { hits, misses }, until: { hits: then.hits, misses: then.misses } };
}

function sumOf(list: readonly Lookups[]): Lookups {
  return list.reduce((sum, one) => ({ hits: sum.hits + one.hits, misses: sum.misses + one.misses }), {
    hits: 0,
    misses: 0,
  });
}

function lookups({ hits, misses }: Lookups): number {
  return hits + misses;
}
