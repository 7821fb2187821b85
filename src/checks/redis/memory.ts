import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { Metric } from '../../core/metric.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { twoLimits } from '../metric-limits.ts';
import { bytesText, percentText } from '../wording.ts';
import { nobodyAnswered, numberOf } from './info.ts';

type MemberMemory = {
  name: string;
  role: string;
  usedBytes: number;
  /** 0: no limit. */
  maxBytes: number;
  policy: string;
  systemBytes: number | null;
  rssBytes: number;
};
type Sample = { members: readonly MemberMemory[] };

const Limits = z.strictObject({
  warningRatio: z.number().min(0).max(1).default(0.8),
  criticalRatio: z.number().min(0).max(1).default(0.95),
  fragmentationRatio: z.number().min(1).default(1.5),
  fragmentationBytes: z
    .number()
    .min(0)
    .default(100 * 1024 * 1024),
});
type Limits = z.infer<typeof Limits>;

/** How near is each server to its memory limit? https://redis.io/docs/latest/commands/info/ */
export const memory = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.memory',
  engine: 'redis',
  title: 'Memory against maxmemory',
  why: 'At the limit Redis evicts keys or refuses writes; without a limit the kernel ends the process.',
  limits: Limits,
  ask: {
    async read(target) {
      if (target.members.length === 0) return nobodyAnswered;
      return { sample: { members: await Promise.all(target.members.map(lookAt)) } };
    },
  },

  judge: ({ read }, _before, limits) =>
    read.members.flatMap((member) => [...fullness(member, limits), ...fragmentation(member, limits)]),

  metrics: ({ read }, _before, limits) => read.members.map((member) => memoryMetric(member, limits)),

  facts: ({ read }) =>
    read.members
      .filter(({ role }) => role === 'primary')
      .map(({ usedBytes, maxBytes }) => ({
        label: 'Memory',
        value:
          maxBytes > 0 ? `${bytesText(usedBytes)} of ${bytesText(maxBytes)}` : `${bytesText(usedBytes)}, no maxmemory`,
      })),
});

async function lookAt(member: RedisMember): Promise<MemberMemory> {
  const info = await member.info('memory');
  return {
    name: member.name,
    role: member.role,
    usedBytes: numberOf(info, 'used_memory') ?? 0,
    maxBytes: numberOf(info, 'maxmemory') ?? 0,
    policy: info['maxmemory_policy'] ?? 'unknown',
    systemBytes: numberOf(info, 'total_system_memory') ?? null,
    rssBytes: numberOf(info, 'used_memory_rss') ?? 0,
  };
}

function memoryMetric({ name, usedBytes, maxBytes, policy }: MemberMemory, limits: Limits): Metric {
  const metric = { name: `memory:${name}`, value: usedBytes, unit: 'bytes' };
  if (maxBytes === 0) return metric;
  const bounds = twoLimits(maxBytes * limits.warningRatio, maxBytes * limits.criticalRatio);
  const ceiling = { value: maxBytes, what: `Memory of ${name}`, happens: 'full' };
  return {
    ...metric,
    limits: bounds,
    ceiling: policy === 'noeviction' ? ceiling : { ...ceiling, happens: 'evicts', harmless: true },
  };
}

/** Without maxmemory the memory of the machine is the limit. */
function fullness(member: MemberMemory, limits: Limits): Finding[] {
  const limited = member.maxBytes > 0;
  const ceilingBytes = limited ? member.maxBytes : member.systemBytes;
  if (!ceilingBytes) return [];
  const ratio = member.usedBytes / ceilingBytes;
  if (ratio < limits.warningRatio) return [];
  const evicts = limited && member.policy !== 'noeviction';
  const critical = ratio >= limits.criticalRatio && !evicts;
  const limit = critical ? limits.criticalRatio : limits.warningRatio;
  const of = limited
    ? `maxmemory ${bytesText(ceilingBytes)}`
    : `the machine's ${bytesText(ceilingBytes)}; no maxmemory is set`;
  const severity = critical ? 'critical' : 'warning';
  return [
    {
      key: `redis.memory:${member.name}`,
      severity,
      sentence: `${member.name} (${member.role}) uses ${bytesText(member.usedBytes)} of ${of} (${percentText(ratio)}, ${severity} at ${percentText(limit)}); ${consequence(member)}.`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 5 },
      evidence: member,
      next: evicts
        ? 'Look at the hit rate: if it falls, the cache is too small for what is asked of it.'
        : 'Find out what grows before you raise the limit; keys without an expiry are the usual cause.',
    },
  ];
}

function consequence({ maxBytes, policy }: MemberMemory): string {
  if (maxBytes === 0) return 'beyond it the kernel ends the process';
  return policy === 'noeviction'
    ? 'beyond it writes are refused (noeviction)'
    : `beyond it keys are evicted (${policy})`;
}

function fragmentation(member: MemberMemory, limits: Limits): Finding[] {
  const ratio = member.rssBytes / Math.max(1, member.usedBytes);
  const wasteBytes = member.rssBytes - member.usedBytes;
  if (ratio <= limits.fragmentationRatio || wasteBytes <= limits.fragmentationBytes) return [];
  return [
    {
      key: `redis.memory:${member.name}:fragmentation`,
      severity: 'warning',
      sentence: `${member.name} (${member.role}) holds ${bytesText(wasteBytes)} more than its data needs (${ratio.toFixed(2)} times, limit ${limits.fragmentationRatio}).`,
      measure: { value: Number(ratio.toFixed(2)), unit: 'times', limit: limits.fragmentationRatio, step: 0.2 },
      evidence: member,
      next: 'Run MEMORY PURGE or switch activedefrag on at a quiet hour; a restart is the last resort.',
    },
  ];
}
