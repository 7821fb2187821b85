import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { durationText, percentText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { flushesIn } from './flushes.ts';
import { infoOf, nameOf, numberOrNull, runIdOf } from './info.ts';
import { grownIn, hitRateChange } from './rate-changes.ts';
import { earlierOf, growthOf } from './since.ts';

type MemberLookups = {
  name: string;
  role: string;
  runId: string | null;
  hits: number | null;
  misses: number | null;
  /** Calls of FLUSHALL and FLUSHDB since the start; null where the server does not count commands. */
  flushes: number | null;
};
type Sample = EachSaid<MemberLookups>;
type Lookups = { hits: number; misses: number };

const Limits = z.strictObject({
  /** Fall of the hit rate against the average until the earlier look. */
  dropRatio: z.number().min(0).max(1).default(0.1),
  /** A cache that answers so much less leaves its load to the database behind it. */
  warningDropRatio: z.number().min(0).max(1).default(0.5),
  /** Fewer lookups than this between two looks say nothing. */
  leastLookups: z.number().int().min(1).default(1000),
});
type Limits = z.infer<typeof Limits>;

/** Does the cache answer less of what is asked than before? Over all members, since the earlier look. https://redis.io/docs/latest/commands/info/ */
export const hitRate = defineCheck<RedisTarget, { read: Sample }, Limits>({
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
    const fall = { rate: now.hits / lookups(now), rateBefore: past.hits / lookups(past) };
    // 0.9 - 0.8 is a little less than 0.1 in binary.
    if (fall.rateBefore - fall.rate < limits.dropRatio - 1e-9) return unseen;
    const flushes = flushesSince(read.members, before);
    return [findingOf({ ...fall, flushes, secondsAgo: before.secondsAgo, ...now }, limits), ...unseen];
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

type Fall = Lookups & { rate: number; rateBefore: number; flushes: number; secondsAgo: number };

function findingOf({ rate, rateBefore, ...fall }: Fall, limits: Limits): Finding {
  const isWarning = rateBefore - rate >= limits.warningDropRatio - 1e-9;
  const limit = isWarning ? limits.warningDropRatio : limits.dropRatio;
  const against = `${isWarning ? 'warning at' : 'told from'} ${percentText(limit)} less`;
  return {
    key: 'redis.hit-rate:drop',
    severity: isWarning ? 'warning' : 'info',
    sentence: `The hit rate fell to ${percentText(rate)} in the last ${durationText(fall.secondsAgo)}, from ${percentText(rateBefore)} on average before (${against})${flushText(fall.flushes)}.`,
    measure: { value: Math.round(rate * 100), unit: '%', limit: Math.round((rateBefore - limit) * 100), step: 5 },
    evidence: fall,
    next:
      fall.flushes > 0
        ? 'See whether the database behind the cache bears the load until it is filled again; ask who emptied it.'
        : 'Ask what was deployed or flushed; see whether the database behind the cache bears the load.',
  };
}

function flushText(flushes: number): string {
  if (flushes === 0) return '';
  return `; FLUSHALL or FLUSHDB was called ${flushes === 1 ? 'once' : `${flushes} times`} meanwhile`;
}

async function lookAt(member: RedisMember): Promise<MemberLookups> {
  const info = await infoOf(member, 'server', 'stats', 'commandstats');
  return {
    ...nameOf(member),
    runId: runIdOf(info),
    hits: numberOrNull(info, 'keyspace_hits'),
    misses: numberOrNull(info, 'keyspace_misses'),
    flushes: flushesIn(info),
  };
}

function knownOf({ hits, misses }: MemberLookups): Lookups[] {
  return hits === null || misses === null ? [] : [{ hits, misses }];
}

/** On the primaries: a replica counts what its primary sends as commands of its own. */
function flushesSince(members: Sample['members'], before: Before<{ read: Sample }> | undefined): number {
  const grown = members
    .filter(({ role }) => role === 'primary')
    .map((now) => growthOf(now.flushes, earlierOf(now, before)?.past.flushes ?? null) ?? 0);
  return grown.reduce((sum, one) => sum + one, 0);
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
