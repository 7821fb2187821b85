import * as z from 'zod';
import { defineCheck, type Before, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { durationText } from '../wording.ts';
import { asked, askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOf, runIdOf, who } from './info.ts';
import { earlierOf } from './since.ts';

/** `maxMs` is since the start of the server; `at` in seconds since 1970, by its own clock. */
export type LatencyEvent = { event: string; at: number; latestMs: number; maxMs: number };
type MemberLatency = {
  name: string;
  role: string;
  runId: string | null;
  nowSeconds: number | null;
  /** Null where CONFIG is not allowed. */
  thresholdMs: number | null;
  events: readonly LatencyEvent[];
};
type Sample = EachSaid<MemberLatency>;

const Limits = z.strictObject({
  warningSeconds: z.number().min(0).default(0.5),
  /** Without an earlier look: how long an event counts as new. */
  recentSeconds: z.number().min(0).default(600),
});
type Limits = z.infer<typeof Limits>;

/** What besides commands held up the server? https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency-monitor/ */
export const latency = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.latency',
  engine: 'redis',
  title: 'Latency events',
  why: 'A fork, a slow disk or a wave of expiring keys stops all clients, and no slow command tells of it.',
  explainedBy: ['traffic', 'keys', 'setting', 'machine', 'restart', 'failover'],
  limits: Limits,
  ask: { read: (target) => askEach(target, lookAt) },

  judge: ({ read }, before, limits) => [
    ...read.members.flatMap((member) =>
      member.events.filter((one) => isNew(one, member, before, limits)).map((one) => finding(one, member, limits)),
    ),
    ...unseenFindings('redis.latency', 'Latency', read.unseen),
  ],
});

async function lookAt(member: RedisMember): Promise<Seen<MemberLatency>> {
  const [info, latest, setting] = await Promise.all([
    infoOf(member, 'server'),
    asked(member, 'LATENCY', 'LATEST'),
    asked(member, 'CONFIG', 'GET', 'latency-monitor-threshold'),
  ]);
  if ('gap' in latest) return latest.gap;
  const events = eventsOf(latest.reply);
  const said = 'reply' in setting && Array.isArray(setting.reply) ? (setting.reply[1] as unknown) : undefined;
  const thresholdMs = said === undefined ? null : Number(said);
  if (thresholdMs === 0) {
    return {
      skipped: `${member.name} does not watch its latency (latency-monitor-threshold is 0, as Redis comes)`,
      fix: 'CONFIG SET latency-monitor-threshold 100',
    };
  }
  // No event and no word about the setting: that may be a quiet server or a blind one.
  if (thresholdMs === null && events.length === 0 && 'gap' in setting) return setting.gap;
  const usec = numberOf(info, 'server_time_usec');
  const nowSeconds = usec === undefined ? null : usec / 1e6;
  return { sample: { ...nameOf(member), runId: runIdOf(info), nowSeconds, thresholdMs, events } };
}

/** Event, time, latest and largest in milliseconds; later versions add more numbers. There are about twenty kinds. */
export function eventsOf(reply: unknown): LatencyEvent[] {
  if (!Array.isArray(reply)) return [];
  return reply.slice(0, 30).flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [event, at, latestMs, maxMs] = entry as unknown[];
    return [{ event: String(event), at: Number(at), latestMs: Number(latestMs), maxMs: Number(maxMs) }];
  });
}

function isNew(
  { event, at }: LatencyEvent,
  member: MemberLatency,
  before: Before<{ read: Sample }> | undefined,
  limits: Limits,
): boolean {
  const earlier = earlierOf(member, before);
  const known = earlier?.past.events.find((one) => one.event === event);
  if (earlier) return known === undefined || at > known.at;
  return member.nowSeconds !== null && member.nowSeconds - at <= limits.recentSeconds;
}

function finding({ event, at, latestMs, maxMs }: LatencyEvent, member: MemberLatency, limits: Limits): Finding {
  const { what, next } = EVENTS[event] ?? {
    what: `an event called ${event}`,
    next: 'Run LATENCY HISTORY for it on that server.',
  };
  const ago = member.nowSeconds === null ? '' : ` ${durationText(member.nowSeconds - at)} ago`;
  const limitMs = limits.warningSeconds * 1000;
  return {
    key: `redis.latency:${member.name}:${event}`,
    severity: latestMs >= limitMs ? 'warning' : 'info',
    sentence: `${who(member)} stood still for ${latestMs} ms${ago}: ${what} (warning at ${limitMs} ms; most since the start ${maxMs} ms).`,
    measure: { value: latestMs, unit: 'ms', limit: limitMs, step: 200 },
    evidence: { event, at, latestMs, maxMs, thresholdMs: member.thresholdMs },
    next,
  };
}

const DISK = {
  what: 'it waited for the disk of its append-only file',
  next: 'Look at the disk: latency, and what else writes to it; no-appendfsync-on-rewrite yes helps during rewrites.',
};
const EVENTS: { readonly [event: string]: { what: string; next: string } } = {
  command: { what: 'a slow command', next: 'See the slow commands of this server.' },
  'fast-command': {
    what: 'a command that is always fast was not: the machine is short of CPU or swaps',
    next: 'Look at CPU steal, swapping and transparent huge pages of that machine.',
  },
  fork: {
    what: 'the fork for a snapshot or a rewrite',
    next: 'See the finding on forks: less memory in one server, or snapshots on a replica only.',
  },
  'aof-fsync-always': { what: 'the disk at appendfsync always', next: 'Use appendfsync everysec, or a faster disk.' },
  'aof-write': DISK,
  'aof-write-pending-fsync': DISK,
  'aof-write-active-child': DISK,
  'aof-write-alone': DISK,
  'aof-fstat': DISK,
  'aof-rewrite-diff-write': DISK,
  'expire-cycle': {
    what: 'many keys were over at once',
    next: 'Add a random part to the expiry of keys that are written together.',
  },
  'eviction-cycle': {
    what: 'many keys were evicted at once',
    next: 'Look at memory and at large keys; lazyfree-lazy-eviction yes takes the freeing out of the way.',
  },
  'eviction-del': { what: 'a large key was evicted', next: 'Set lazyfree-lazy-eviction yes.' },
  'expire-del': { what: 'a large key was over', next: 'Set lazyfree-lazy-expire yes.' },
  'active-defrag-cycle': { what: 'active defragmentation', next: 'Lower active-defrag-cycle-max.' },
};
