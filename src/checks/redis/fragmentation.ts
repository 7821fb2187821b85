import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText } from '../wording.ts';
import { asked, askEach, unseenFindings, type EachSaid } from './asked.ts';
import { nameOf, numberOrNull, who } from './info.ts';

type MemberFragmentation = {
  name: string;
  role: string;
  usedBytes: number | null;
  rssBytes: number | null;
  /** Holes between the values; only active defragmentation fills them. Null where the allocator does not count. */
  holesBytes: number | null;
  /** Pages that the allocator keeps and does not use. */
  keptPagesBytes: number | null;
  /** Null where CONFIG is not allowed. */
  defragOn: boolean | null;
  defragRunning: boolean | null;
};
type Sample = EachSaid<MemberFragmentation>;

const MIB = 1024 ** 2;
const Limits = z.strictObject({
  warningRatio: z.number().min(1).default(1.5),
  /** Both, the ratio and this: a small server is always "fragmented". */
  wasteBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
  /** Holes below this are not worth a word; MEMORY DOCTOR has the same limit. */
  holesBytes: z
    .number()
    .min(0)
    .default(10 * MIB),
  /** Resident less than this share of what is used: the rest is swapped out. */
  swappedRatio: z.number().min(0).max(1).default(0.85),
});
type Limits = z.infer<typeof Limits>;

/** How much more memory is held than the data needs, and by whom? https://redis.io/docs/latest/commands/memory-stats/ */
export const fragmentation = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.fragmentation',
  engine: 'redis',
  title: 'Memory fragmentation',
  why: 'Memory that is held and not used counts against the machine, and what is swapped out stops every client when it is read.',
  explainedBy: ['keys', 'traffic', 'setting', 'restart'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, _before, limits) => [
    ...read.members.flatMap((member) => waste(member, limits) ?? swapped(member, limits) ?? []),
    ...unseenFindings('redis.fragmentation', 'Fragmentation', read.unseen),
  ],
});

async function lookAt(member: RedisMember): Promise<MemberFragmentation> {
  const [info, defrag] = await Promise.all([member.info('memory'), asked(member, 'CONFIG', 'GET', 'activedefrag')]);
  const reply = 'reply' in defrag && Array.isArray(defrag.reply) ? (defrag.reply[1] as unknown) : undefined;
  const running = numberOrNull(info, 'active_defrag_running');
  return {
    ...nameOf(member),
    usedBytes: numberOrNull(info, 'used_memory'),
    rssBytes: numberOrNull(info, 'used_memory_rss'),
    holesBytes: numberOrNull(info, 'allocator_frag_bytes'),
    keptPagesBytes: numberOrNull(info, 'allocator_rss_bytes'),
    defragOn: reply === undefined ? null : reply === 'yes',
    defragRunning: running === null ? null : running > 0,
  };
}

function waste(member: MemberFragmentation, limits: Limits): Finding | undefined {
  const { usedBytes, rssBytes } = member;
  if (!usedBytes || rssBytes === null) return undefined;
  const ratio = rssBytes / usedBytes;
  const wasteBytes = rssBytes - usedBytes;
  if (ratio <= limits.warningRatio || wasteBytes <= limits.wasteBytes) return undefined;
  const { cause, next } = causeOf(member, limits);
  return {
    key: `redis.fragmentation:${member.name}`,
    severity: 'warning',
    sentence: `${who(member)} holds ${bytesText(wasteBytes)} more than it uses (${ratio.toFixed(2)} times, limit ${limits.warningRatio} and ${bytesText(limits.wasteBytes)}); ${cause}.`,
    measure: { value: Number(ratio.toFixed(2)), unit: 'times', limit: limits.warningRatio, step: 0.2 },
    evidence: member,
    next,
  };
}

function causeOf(member: MemberFragmentation, limits: Limits): { cause: string; next: string } {
  const { holesBytes, keptPagesBytes, defragOn, defragRunning } = member;
  if (holesBytes === null) {
    return {
      cause: 'its allocator does not say where',
      next: 'Look at MEMORY STATS on that server; a restart is the last resort.',
    };
  }
  if (holesBytes < limits.holesBytes || holesBytes < (keptPagesBytes ?? 0)) {
    return {
      cause: 'the allocator keeps pages that are free',
      next: 'Run MEMORY PURGE at a quiet hour: it gives them back without a restart.',
    };
  }
  const holes = `${bytesText(holesBytes)} are holes between values`;
  if (defragRunning)
    return { cause: `${holes}, active defragmentation is at work`, next: 'Wait: it fills them while it runs.' };
  if (defragOn) {
    return {
      cause: `${holes}, active defragmentation is on and does not run`,
      next: 'Look at active-defrag-threshold-lower and active-defrag-ignore-bytes: it starts above both.',
    };
  }
  return {
    cause: `${holes}, active defragmentation is ${defragOn === null ? 'not visible to us' : 'off'}`,
    next: 'Run CONFIG SET activedefrag yes at a quiet hour; a restart is the last resort.',
  };
}

function swapped(member: MemberFragmentation, limits: Limits): Finding | undefined {
  const { usedBytes, rssBytes } = member;
  if (!usedBytes || !rssBytes) return undefined;
  const ratio = rssBytes / usedBytes;
  if (ratio >= limits.swappedRatio || usedBytes - rssBytes <= limits.wasteBytes) return undefined;
  return {
    key: `redis.fragmentation:${member.name}:swapped`,
    severity: 'warning',
    sentence: `Only ${bytesText(rssBytes)} of the ${bytesText(usedBytes)} that ${who(member)} uses are in memory (${Math.round(ratio * 100)} %, warning below ${Math.round(limits.swappedRatio * 100)} %): the rest is swapped out.`,
    measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limits.swappedRatio * 100), step: 5 },
    evidence: member,
    next: 'Give the machine memory or lower maxmemory; every key that is swapped out stops all clients while it is read.',
  };
}
