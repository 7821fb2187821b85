import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { Metric } from '../../core/metric.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { twoLimits } from '../metric-limits.ts';
import { bytesText, percentText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { nameOf, numberOrNull, who } from './info.ts';

type MemberMemory = {
  name: string;
  role: string;
  usedBytes: number | null;
  /** Since the start of the server. */
  peakBytes: number | null;
  /** Keys and values; the rest is tables, buffers and the backlog. */
  datasetBytes: number | null;
  /** 0: no limit; null: the server does not say. */
  maxBytes: number | null;
  policy: string;
  systemBytes: number | null;
};
type Sample = EachSaid<MemberMemory>;

const MIB = 1024 ** 2;
const Limits = z.strictObject({
  warningRatio: z.number().min(0).max(1).default(0.8),
  criticalRatio: z.number().min(0).max(1).default(0.95),
  /** What is used beside the data, told as info from here and from `overheadBytes` on. */
  overheadRatio: z.number().min(0).max(1).default(0.5),
  overheadBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
});
type Limits = z.infer<typeof Limits>;

/** How near is each server to its memory limit? https://redis.io/docs/latest/commands/info/ */
export const memory = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.memory',
  engine: 'redis',
  title: 'Memory against maxmemory',
  why: 'At the limit Redis evicts keys or refuses writes; without a limit the kernel ends the process.',
  explainedBy: ['setting', 'traffic', 'keys', 'failover', 'restart', 'machine'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, _before, limits) => [
    ...read.members.flatMap((member) => fullness(member, limits) ?? peak(member, limits) ?? []),
    ...read.members.flatMap((member) => overhead(member, limits) ?? []),
    ...unseenFindings('redis.memory', 'Memory', read.unseen),
  ],

  metrics: ({ read }, _before, limits) => read.members.flatMap((member) => memoryMetrics(member, limits)),

  facts({ read }) {
    const primaries = read.members.filter(({ role }) => role === 'primary');
    const used = sumOf(primaries.map(({ usedBytes }) => usedBytes));
    const most = sumOf(primaries.map(({ maxBytes }) => maxBytes));
    if (used === null) return [];
    const dataset = sumOf(primaries.map(({ datasetBytes }) => datasetBytes));
    return [
      {
        label: 'Memory',
        value: most ? `${bytesText(used)} of ${bytesText(most)}` : `${bytesText(used)}, no maxmemory`,
      },
      ...(dataset === null || used === 0
        ? []
        : [{ label: 'Share of memory that is data', value: percentText(dataset / used) }]),
    ];
  },
});

async function lookAt(member: RedisMember): Promise<MemberMemory> {
  const info = await member.info('memory');
  return {
    ...nameOf(member),
    usedBytes: numberOrNull(info, 'used_memory'),
    peakBytes: numberOrNull(info, 'used_memory_peak'),
    datasetBytes: numberOrNull(info, 'used_memory_dataset'),
    maxBytes: numberOrNull(info, 'maxmemory'),
    policy: info['maxmemory_policy'] ?? 'unknown',
    systemBytes: numberOrNull(info, 'total_system_memory'),
  };
}

function memoryMetrics({ name, usedBytes, maxBytes, policy }: MemberMemory, limits: Limits): Metric[] {
  if (usedBytes === null) return [];
  const metric = { name: `memory:${name}`, value: usedBytes, unit: 'bytes' };
  if (!maxBytes) return [metric];
  const bounds = twoLimits(maxBytes * limits.warningRatio, maxBytes * limits.criticalRatio);
  const ceiling = { value: maxBytes, what: `Memory of ${name}`, happens: 'full' };
  const evicting = { ...ceiling, happens: 'evicts', harmless: true } as const;
  return [{ ...metric, limits: bounds, ceiling: policy === 'noeviction' ? ceiling : evicting }];
}

function sumOf(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
}

/** A full cache is a cache at work: evictions, hit rate and policy are judged by their own checks. */
function evicts({ maxBytes, policy }: MemberMemory): boolean {
  return maxBytes !== 0 && policy !== 'noeviction' && policy !== 'unknown';
}

/** Without maxmemory the memory of the machine is the limit. */
function fullness(member: MemberMemory, limits: Limits): Finding | undefined {
  const { usedBytes, maxBytes, systemBytes } = member;
  const ceilingBytes = maxBytes === 0 ? systemBytes : maxBytes;
  if (usedBytes === null || !ceilingBytes || evicts(member)) return undefined;
  const ratio = usedBytes / ceilingBytes;
  if (ratio < limits.warningRatio) return undefined;
  const severity = ratio >= limits.criticalRatio ? 'critical' : 'warning';
  const limit = severity === 'critical' ? limits.criticalRatio : limits.warningRatio;
  const of =
    maxBytes === 0
      ? `the machine's ${bytesText(ceilingBytes)}; no maxmemory is set`
      : `maxmemory ${bytesText(ceilingBytes)}`;
  const then = maxBytes === 0 ? 'beyond it the kernel ends the process' : 'beyond it writes are refused (noeviction)';
  return {
    key: `redis.memory:${member.name}`,
    severity,
    sentence: `${who(member)} uses ${bytesText(usedBytes)} of ${of} (${percentText(ratio)}, ${severity} at ${percentText(limit)}); ${then}.`,
    measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 5 },
    evidence: member,
    next: 'Find out what grows before you raise the limit; keys without an expiry are the usual cause.',
  };
}

/** It is quiet now and was not: the next peak may refuse writes. */
function peak(member: MemberMemory, limits: Limits): Finding | undefined {
  const { peakBytes, maxBytes } = member;
  if (!peakBytes || !maxBytes || evicts(member)) return undefined;
  const ratio = peakBytes / maxBytes;
  if (ratio < limits.criticalRatio) return undefined;
  return {
    key: `redis.memory:${member.name}:peak`,
    severity: 'info',
    sentence: `${who(member)} was at ${bytesText(peakBytes)} of maxmemory ${bytesText(maxBytes)} at its peak since the start (${percentText(ratio)}, told from ${percentText(limits.criticalRatio)}).`,
    measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limits.criticalRatio * 100), step: 5 },
    evidence: member,
    next: 'Find out what came and went (a bulk load, a queue that ran full); maxmemory has to hold the peak.',
  };
}

function overhead(member: MemberMemory, limits: Limits): Finding | undefined {
  const { usedBytes, datasetBytes } = member;
  if (!usedBytes || datasetBytes === null) return undefined;
  const overheadBytes = usedBytes - datasetBytes;
  const ratio = overheadBytes / usedBytes;
  if (ratio < limits.overheadRatio || overheadBytes < limits.overheadBytes) return undefined;
  return {
    key: `redis.memory:${member.name}:overhead`,
    severity: 'info',
    sentence: `${percentText(ratio)} of what ${who(member)} uses is not data but tables, buffers and the backlog (${bytesText(overheadBytes)}, told from ${percentText(limits.overheadRatio)} and ${bytesText(limits.overheadBytes)}).`,
    measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limits.overheadRatio * 100), step: 10 },
    evidence: member,
    next: 'See the findings on client buffers first; many tiny keys are better kept as fields of hashes.',
  };
}
