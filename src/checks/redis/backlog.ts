import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText, countText, durationText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOf, numberOrNull, runIdOf, who } from './info.ts';
import { earlierOf, growthOf } from './since.ts';

type MemberBacklog = {
  name: string;
  role: string;
  runId: string | null;
  replicas: number;
  backlogBytes: number | null;
  /** Bytes written to the replication stream since it began. */
  offsetBytes: number | null;
  /** Copies of the whole data set that replicas asked for, and those because the backlog did not reach back far enough. */
  fullCopies: number | null;
  partialRefused: number | null;
};
type Sample = EachSaid<MemberBacklog>;

const Limits = z.strictObject({
  /** An outage that the backlog has to cover: a restart of a replica, a switch of the network. */
  coveredSeconds: z.number().min(0).default(60),
});
type Limits = z.infer<typeof Limits>;

/** How long may a replica be away and still catch up? https://redis.io/docs/latest/operate/oss_and_stack/management/replication/#how-redis-replication-works */
export const backlog = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.backlog',
  engine: 'redis',
  title: 'Replication backlog',
  why: 'A replica that was away for longer than the backlog reaches copies the whole data set, and the primary pays for it.',
  explainedBy: ['traffic', 'setting', 'failover', 'restart', 'keys'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, before, limits) => [
    ...read.members
      .filter(({ role, replicas }) => role === 'primary' && replicas > 0)
      .flatMap((member) => copied(member, before) ?? tooSmall(member, before, limits) ?? []),
    ...unseenFindings('redis.backlog', 'The backlog', read.unseen),
  ],

  facts: ({ read }) =>
    read.members
      .filter(({ role, replicas, backlogBytes }) => role === 'primary' && replicas > 0 && backlogBytes !== null)
      .slice(0, 1)
      .map(({ backlogBytes }) => ({ label: 'Backlog', value: bytesText(backlogBytes ?? 0) })),
});

async function lookAt(member: RedisMember): Promise<MemberBacklog> {
  const info = await infoOf(member, 'server', 'replication', 'stats');
  return {
    ...nameOf(member),
    runId: runIdOf(info),
    replicas: numberOf(info, 'connected_slaves') ?? 0,
    backlogBytes: numberOrNull(info, 'repl_backlog_size'),
    offsetBytes: numberOrNull(info, 'master_repl_offset'),
    fullCopies: numberOrNull(info, 'sync_full'),
    partialRefused: numberOrNull(info, 'sync_partial_err'),
  };
}

type Rate = { perSecond: number; secondsAgo: number; refused: number; full: number };

function rateOf(member: MemberBacklog, before: Before<{ read: Sample }> | undefined): Rate | undefined {
  const earlier = earlierOf(member, before);
  const written = earlier && growthOf(member.offsetBytes, earlier.past.offsetBytes);
  if (!earlier || written === undefined) return undefined;
  return {
    perSecond: written / earlier.secondsAgo,
    secondsAgo: earlier.secondsAgo,
    refused: growthOf(member.partialRefused, earlier.past.partialRefused) ?? 0,
    full: growthOf(member.fullCopies, earlier.past.fullCopies) ?? 0,
  };
}

/** It has happened: what a replica asked for was no longer there. */
function copied(member: MemberBacklog, before: Before<{ read: Sample }> | undefined): Finding[] | undefined {
  const rate = rateOf(member, before);
  if (!rate || rate.refused === 0 || rate.full === 0) return undefined;
  return [
    {
      key: `redis.backlog:${member.name}`,
      severity: 'warning',
      sentence: `Replicas of ${who(member)} copied the whole data set ${countText(rate.full, 'time')} in the last ${durationText(rate.secondsAgo)} because the backlog of ${bytesText(member.backlogBytes ?? 0)} no longer had what they missed (warning at 1).`,
      measure: { value: rate.full, unit: 'copies', limit: 1, step: 1 },
      evidence: { member, bytesPerSecond: Math.round(rate.perSecond) },
      next: adviceFor(rate.perSecond),
    },
  ];
}

function tooSmall(
  member: MemberBacklog,
  before: Before<{ read: Sample }> | undefined,
  limits: Limits,
): Finding[] | undefined {
  const rate = rateOf(member, before);
  if (!rate || rate.perSecond <= 0 || member.backlogBytes === null) return undefined;
  const seconds = member.backlogBytes / rate.perSecond;
  if (seconds >= limits.coveredSeconds) return undefined;
  return [
    {
      key: `redis.backlog:${member.name}`,
      severity: 'info',
      sentence: `The backlog of ${who(member)} holds ${bytesText(member.backlogBytes)}, at ${bytesText(rate.perSecond)} a second that is ${durationText(seconds)} (told below ${durationText(limits.coveredSeconds)}): a replica that is away for longer copies everything.`,
      measure: { value: Math.floor(seconds), unit: 's', limit: limits.coveredSeconds, step: 10 },
      evidence: { member, bytesPerSecond: Math.round(rate.perSecond) },
      next: adviceFor(rate.perSecond),
    },
  ];
}

/** Five minutes of writes: a restart with its loading, or a network that comes back. */
function adviceFor(bytesPerSecond: number): string {
  const megabytes = Math.max(16, 2 ** Math.ceil(Math.log2((bytesPerSecond * 300) / 1024 ** 2)));
  return `Run CONFIG SET repl-backlog-size ${megabytes}mb (five minutes at this rate), on every member, and in redis.conf; it takes that memory.`;
}
