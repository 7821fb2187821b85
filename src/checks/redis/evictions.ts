import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { countText, durationText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOrNull, runIdOf, who } from './info.ts';
import { grownIn, rateChange } from './rate-changes.ts';
import { earlierOf, growthOf } from './since.ts';

type MemberEvictions = {
  name: string;
  role: string;
  /** Changes at every start: counters begin again at 0. */
  runId: string | null;
  evictedKeys: number | null;
};
type Sample = EachSaid<MemberEvictions>;

const Limits = z.strictObject({
  /** A cache that turns over slowly evicts all day; from here on it throws away what it has just taken in. */
  warningPerSecond: z.number().min(0).default(100),
});
type Limits = z.infer<typeof Limits>;

/** Does the cache throw keys away? Since the earlier look; without one it gives numbers only. https://redis.io/docs/latest/develop/reference/eviction/ */
export const evictions = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.evictions',
  engine: 'redis',
  title: 'Evictions',
  why: 'A cache that evicts what is still needed sends its load to the database behind it.',
  explainedBy: ['setting', 'traffic', 'keys', 'failover', 'machine'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, before, limits) => [
    ...read.members.flatMap((member) => rate(member, before, limits)),
    ...unseenFindings('redis.evictions', 'Evictions', read.unseen),
  ],

  comparesRates: true,
  changes(good, now, { warningPerSecond }) {
    const [then, is] = [grownIn(good, ['evictedKeys']), grownIn(now, ['evictedKeys'], good)];
    if (!is) return [];
    const before = then ? then.evictedKeys / then.seconds : 0;
    const limits = { leastRatio: 3, leastPerSecond: warningPerSecond / 10 };
    return rateChange(
      { id: 'evictions', kind: 'keys', noun: 'evictions' },
      before,
      is.evictedKeys / is.seconds,
      limits,
    );
  },

  facts({ read }) {
    const counted = read.members.flatMap(({ role, evictedKeys }) => (role === 'primary' ? (evictedKeys ?? []) : []));
    if (counted.length === 0) return [];
    return [
      {
        label: 'Evicted since the start',
        value: countText(
          counted.reduce((sum, one) => sum + one, 0),
          'key',
        ),
      },
    ];
  },
});

async function lookAt(member: RedisMember): Promise<MemberEvictions> {
  const info = await infoOf(member, 'server', 'stats');
  return { ...nameOf(member), runId: runIdOf(info), evictedKeys: numberOrNull(info, 'evicted_keys') };
}

function rate(member: MemberEvictions, before: Before<{ read: Sample }> | undefined, limits: Limits): Finding[] {
  const earlier = earlierOf(member, before);
  const evicted = earlier && growthOf(member.evictedKeys, earlier.past.evictedKeys);
  if (!earlier || !evicted) return [];
  const perSecond = evicted / earlier.secondsAgo;
  return [
    {
      key: `redis.evictions:${member.name}`,
      severity: perSecond >= limits.warningPerSecond ? 'warning' : 'info',
      sentence: `${who(member)} evicted ${countText(evicted, 'key')} in the last ${durationText(earlier.secondsAgo)} (${perSecond.toFixed(1)} a second, warning at ${limits.warningPerSecond}).`,
      measure: {
        value: Number(perSecond.toFixed(1)),
        unit: 'keys a second',
        limit: limits.warningPerSecond,
        step: 100,
      },
      evidence: { evicted, secondsAgo: earlier.secondsAgo },
      next: 'Look at the hit rate and at the load of the database behind it before you give the cache more memory.',
    },
  ];
}
