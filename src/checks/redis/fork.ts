import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText, percentText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOf, numberOrNull, who } from './info.ts';

type MemberFork = {
  name: string;
  role: string;
  /** 0: none since the start. */
  forkUsec: number | null;
  /** Pages that were copied while the last snapshot or rewrite was written, the larger of the two. */
  copiedBytes: number | null;
  usedBytes: number | null;
  systemBytes: number | null;
};
type Sample = EachSaid<MemberFork>;

const Limits = z.strictObject({
  /** All clients wait while the process is doubled; clients give up after 1 s and less. */
  warningSeconds: z.number().min(0).default(0.5),
  /** Memory with what the last child needed, as a share of the machine. */
  warningRatio: z.number().min(0).max(1).default(0.9),
});
type Limits = z.infer<typeof Limits>;

/** What do snapshots and rewrites cost? https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/#latency-generated-by-fork */
export const fork = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.fork',
  engine: 'redis',
  title: 'Fork time and copy-on-write',
  why: 'A fork stops every client while page tables are copied, and what is written meanwhile takes memory a second time.',
  explainedBy: ['setting', 'machine', 'traffic', 'keys', 'restart'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, _before, limits) => [
    ...read.members.flatMap((member) => [...slow(member, limits), ...hungry(member, limits)]),
    ...unseenFindings('redis.fork', 'Forks', read.unseen),
  ],

  facts({ read }) {
    const longest = Math.max(0, ...read.members.map(({ forkUsec }) => forkUsec ?? 0));
    return longest === 0 ? [] : [{ label: 'Last fork', value: `${Math.ceil(longest / 1000)} ms` }];
  },
});

async function lookAt(member: RedisMember): Promise<MemberFork> {
  const info = await infoOf(member, 'stats', 'persistence', 'memory');
  const copied = ['rdb_last_cow_size', 'aof_last_cow_size', 'current_cow_peak']
    .map((field) => numberOf(info, field))
    .filter((one) => one !== undefined);
  return {
    ...nameOf(member),
    forkUsec: numberOrNull(info, 'latest_fork_usec'),
    copiedBytes: copied.length === 0 ? null : Math.max(...copied),
    usedBytes: numberOrNull(info, 'used_memory'),
    systemBytes: numberOrNull(info, 'total_system_memory'),
  };
}

function slow(member: MemberFork, limits: Limits): Finding[] {
  const { forkUsec, usedBytes } = member;
  if (forkUsec === null || forkUsec / 1e6 < limits.warningSeconds) return [];
  const ms = Math.round(forkUsec / 1000);
  const limitMs = limits.warningSeconds * 1000;
  const size = usedBytes === null ? '' : ` for ${bytesText(usedBytes)}`;
  return [
    {
      key: `redis.fork:${member.name}:time`,
      severity: 'warning',
      sentence: `The last fork of ${who(member)} stopped all its clients for ${ms} ms${size} (warning at ${limitMs} ms).`,
      measure: { value: ms, unit: 'ms', limit: limitMs, step: 200 },
      evidence: member,
      next: 'Take snapshots on a replica only, or split the data over more servers; transparent huge pages should be off.',
    },
  ];
}

function hungry(member: MemberFork, limits: Limits): Finding[] {
  const { copiedBytes, usedBytes, systemBytes } = member;
  if (!copiedBytes || !usedBytes || !systemBytes) return [];
  const ratio = (usedBytes + copiedBytes) / systemBytes;
  if (ratio < limits.warningRatio) return [];
  return [
    {
      key: `redis.fork:${member.name}:memory`,
      severity: 'warning',
      sentence: `While the last snapshot or rewrite of ${who(member)} was written, ${bytesText(copiedBytes)} were copied beside the ${bytesText(usedBytes)} in use: together ${percentText(ratio)} of the machine's ${bytesText(systemBytes)} (warning at ${percentText(limits.warningRatio)}).`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limits.warningRatio * 100), step: 5 },
      evidence: member,
      next: 'Lower maxmemory or give the machine memory: the next one may be ended by the kernel while it is written.',
    },
  ];
}
