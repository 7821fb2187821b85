import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText, countText, percentText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { flushesIn } from './flushes.ts';
import { infoOf, nameOf, numberOrNull, runIdOf, who } from './info.ts';
import { keyChanges } from './key-changes.ts';
import { keysOf } from './keyspace.ts';

type MemberPolicy = {
  name: string;
  role: string;
  policy: string | null;
  usedBytes: number | null;
  maxBytes: number | null;
  systemBytes: number | null;
  keys: number;
  keysWithExpiry: number;
  runId: string | null;
  /** Calls of FLUSHALL and FLUSHDB since the start; null where the server does not tell. */
  flushes: number | null;
};
type Sample = EachSaid<MemberPolicy>;

const Limits = z.strictObject({
  /** From here on memory counts as nearly full: what is info before is a warning. */
  nearRatio: z.number().min(0).max(1).default(0.8),
  /** Under volatile-*: less than this share of the keys may be evicted. */
  evictableRatio: z.number().min(0).max(1).default(0.05),
  /** A server with fewer keys says nothing about how it is used. */
  leastKeys: z.number().int().min(1).default(1000),
  /** Without maxmemory: share of the machine from which it is a warning; a fork may need as much again. */
  unlimitedRatio: z.number().min(0).max(1).default(0.5),
  /** A loss of so many of the keys since the last good report is told as a change. */
  leastLostRatio: z.number().min(0).max(1).default(0.3),
});
type Limits = z.infer<typeof Limits>;

/** Can the eviction policy do what it is for? https://redis.io/docs/latest/develop/reference/eviction/ */
export const policy = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.policy',
  engine: 'redis',
  title: 'Eviction policy against the keys',
  why: 'volatile-* evicts only keys with an expiry: where none has one, writes are refused at the limit, whatever the policy says.',
  explainedBy: ['setting', 'keys', 'traffic'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, _before, limits) => [
    ...read.members
      // A replica evicts nothing by itself, and has what its primary has.
      .filter(({ role }) => role === 'primary')
      .flatMap((member) => [...unlimited(member, limits), ...nothingToEvict(member, limits)]),
    ...unseenFindings('redis.policy', 'The eviction policy', read.unseen),
  ],

  changes: (good, now, limits) =>
    now.samples.read.unseen.length + good.samples.read.unseen.length > 0
      ? []
      : keyChanges(good.samples.read.members, now.samples.read.members, limits),

  facts: ({ read }) =>
    read.members
      .filter(({ role, policy: said }) => role === 'primary' && said !== null)
      .slice(0, 1)
      .map(({ policy: said }) => ({ label: 'Policy', value: said ?? '' })),
});

async function lookAt(member: RedisMember): Promise<MemberPolicy> {
  const info = await infoOf(member, 'server', 'memory', 'keyspace', 'commandstats');
  return {
    ...nameOf(member),
    policy: info['maxmemory_policy'] ?? null,
    usedBytes: numberOrNull(info, 'used_memory'),
    maxBytes: numberOrNull(info, 'maxmemory'),
    systemBytes: numberOrNull(info, 'total_system_memory'),
    ...keysOf(info),
    runId: runIdOf(info),
    flushes: flushesIn(info),
  };
}

function unlimited(member: MemberPolicy, limits: Limits): Finding[] {
  const { usedBytes, maxBytes, systemBytes } = member;
  if (maxBytes !== 0 || usedBytes === null) return [];
  const ratio = systemBytes ? usedBytes / systemBytes : undefined;
  const severity = ratio !== undefined && ratio >= limits.unlimitedRatio ? 'warning' : 'info';
  const share =
    ratio === undefined || !systemBytes
      ? ''
      : ` of the machine's ${bytesText(systemBytes)} (${percentText(ratio)}, warning at ${percentText(limits.unlimitedRatio)})`;
  return [
    {
      key: `redis.policy:${member.name}:unlimited`,
      severity,
      sentence: `${who(member)} has no maxmemory and uses ${bytesText(usedBytes)}${share}: it grows until the kernel ends it.`,
      ...(ratio === undefined
        ? {}
        : {
            measure: {
              value: Math.round(ratio * 100),
              unit: '%',
              limit: Math.round(limits.unlimitedRatio * 100),
              step: 10,
            },
          }),
      evidence: member,
      next: 'Set maxmemory to about three quarters of the memory of the machine: CONFIG SET maxmemory …mb, and in redis.conf.',
    },
  ];
}

function nothingToEvict(member: MemberPolicy, limits: Limits): Finding[] {
  const { keys, keysWithExpiry, maxBytes, usedBytes } = member;
  if (!member.policy?.startsWith('volatile-') || !maxBytes || keys < limits.leastKeys) return [];
  const evictable = keysWithExpiry / keys;
  if (evictable >= limits.evictableRatio) return [];
  const full = usedBytes === null ? 0 : usedBytes / maxBytes;
  const has = keysWithExpiry === 0 ? 'none' : countText(keysWithExpiry, 'key');
  return [
    {
      key: `redis.policy:${member.name}:volatile`,
      severity: full >= limits.nearRatio ? 'warning' : 'info',
      sentence: `${who(member)} evicts by ${member.policy}, but of its ${countText(keys, 'key')} ${has} ${keysWithExpiry > 1 ? 'have' : 'has'} an expiry (told below ${percentText(limits.evictableRatio)}): at the limit, now used to ${percentText(full)}, writes are refused as under noeviction.`,
      measure: { value: Number((evictable * 100).toFixed(1)), unit: '%', limit: limits.evictableRatio * 100, step: 1 },
      evidence: member,
      next: 'Where it is a cache, give the keys an expiry or take allkeys-lru; where it is a store, take noeviction and watch its memory.',
    },
  ];
}
