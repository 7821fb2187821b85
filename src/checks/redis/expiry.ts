import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { countText, durationText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOrNull, runIdOf, who } from './info.ts';
import { keysOf } from './keyspace.ts';
import { earlierOf, growthOf } from './since.ts';

type MemberExpiry = {
  name: string;
  role: string;
  runId: string | null;
  keys: number;
  keysWithExpiry: number;
  /** Share of the keys with an expiry that are over it and still there, as the server estimates it. */
  staleRatio: number | null;
  expiredKeys: number | null;
  /** Cycles that stopped at their time limit with keys left to expire. */
  cyclesCut: number | null;
  cycleMs: number | null;
};
type Sample = EachSaid<MemberExpiry>;

const Limits = z.strictObject({
  /** Redis itself works towards 0.1; three times that does not go away by itself. */
  warningRatio: z.number().min(0).max(1).default(0.3),
  leastKeys: z.number().int().min(1).default(1000),
  /** Share of the time that the expire cycle takes from the clients; it stops itself at a quarter. */
  cycleRatio: z.number().min(0).max(1).default(0.1),
});
type Limits = z.infer<typeof Limits>;

/** Are keys removed when their time is over? https://redis.io/docs/latest/commands/expire/#how-redis-expires-keys */
export const expiry = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.expiry',
  engine: 'redis',
  title: 'Keys over their expiry',
  why: 'Keys that are over and not removed take memory that live ones need, and many at once slow down every client.',
  explainedBy: ['keys', 'traffic', 'setting', 'restart'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, before, limits) => [
    ...read.members
      // Replicas wait for their primary's word before they remove anything.
      .filter(({ role }) => role === 'primary')
      .flatMap((member) => [...stale(member, limits), ...cycle(member, before, limits)]),
    ...unseenFindings('redis.expiry', 'Expiry', read.unseen),
  ],
});

async function lookAt(member: RedisMember): Promise<MemberExpiry> {
  const info = await infoOf(member, 'server', 'stats', 'keyspace');
  const stalePercent = numberOrNull(info, 'expired_stale_perc');
  return {
    ...nameOf(member),
    runId: runIdOf(info),
    ...keysOf(info),
    staleRatio: stalePercent === null ? null : stalePercent / 100,
    expiredKeys: numberOrNull(info, 'expired_keys'),
    cyclesCut: numberOrNull(info, 'expired_time_cap_reached_count'),
    cycleMs: numberOrNull(info, 'expire_cycle_cpu_milliseconds'),
  };
}

function stale(member: MemberExpiry, limits: Limits): Finding[] {
  const { staleRatio, keysWithExpiry } = member;
  if (staleRatio === null || keysWithExpiry < limits.leastKeys || staleRatio < limits.warningRatio) return [];
  const percent = Math.round(staleRatio * 100);
  return [
    {
      key: `redis.expiry:${member.name}:stale`,
      severity: 'warning',
      sentence: `About ${percent} % of the ${countText(keysWithExpiry, 'key')} with an expiry on ${who(member)} are over it and still in memory (warning at ${Math.round(limits.warningRatio * 100)} %).`,
      measure: { value: percent, unit: '%', limit: Math.round(limits.warningRatio * 100), step: 10 },
      evidence: member,
      next: 'Raise active-expire-effort step by step (1 to 10) and watch the CPU; spread expiry times that fall on one moment.',
    },
  ];
}

function cycle(member: MemberExpiry, before: Before<{ read: Sample }> | undefined, limits: Limits): Finding[] {
  const earlier = earlierOf(member, before);
  const ms = earlier && growthOf(member.cycleMs, earlier.past.cycleMs);
  if (!earlier || ms === undefined) return [];
  const ratio = ms / 1000 / earlier.secondsAgo;
  const cut = growthOf(member.cyclesCut, earlier.past.cyclesCut) ?? 0;
  if (ratio < limits.cycleRatio || cut === 0) return [];
  return [
    {
      key: `redis.expiry:${member.name}:cycle`,
      severity: 'info',
      sentence: `Expiring keys took ${Math.round(ratio * 100)} % of the time of ${who(member)} in the last ${durationText(earlier.secondsAgo)} (told from ${Math.round(limits.cycleRatio * 100)} %), and ${countText(cut, 'cycle')} stopped with keys left.`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limits.cycleRatio * 100), step: 5 },
      evidence: { member, cut, milliseconds: ms },
      next: 'Add a random part to the expiry of keys that are written together, so that they do not end together.',
    },
  ];
}
