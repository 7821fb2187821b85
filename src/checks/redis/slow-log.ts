import * as z from 'zod';
import { defineCheck, type Before, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { countText, durationText, listText, percentText } from '../wording.ts';
import { asked, askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, runIdOf, who } from './info.ts';
import { earlierOf } from './since.ts';
import { parseSlowLog, type SlowEntry } from './slow-entries.ts';

type MemberSlowLog = {
  name: string;
  role: string;
  runId: string | null;
  /** Newest first; the server keeps 128 unless told otherwise. */
  entries: readonly SlowEntry[];
  /** Null where CONFIG is not allowed. */
  thresholdUsec: number | null;
};
type Sample = EachSaid<MemberSlowLog>;

/** All members together: what leaves the room is bounded. */
const ENTRIES_MOST = 400;

const Limits = z.strictObject({
  /** Share of the time: Redis runs one command at a time, so all clients waited as long. */
  warningRatio: z.number().min(0).max(1).default(0.05),
  /** Below this the share says nothing: a machine short of CPU makes any command slow for a moment. */
  leastSeconds: z.number().min(0).default(1),
  /** One command as long as this is what clients report as a timeout. */
  warningSeconds: z.number().min(0).default(1),
});
type Limits = z.infer<typeof Limits>;

/** Which commands held up all others since the earlier look? https://redis.io/docs/latest/commands/slowlog-get/ */
export const slowLog = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.slow-log',
  engine: 'redis',
  title: 'Slow commands',
  why: 'While one slow command runs every other client waits.',
  explainedBy: ['traffic', 'keys', 'setting', 'machine', 'restart', 'failover'],
  limits: Limits,
  ask: {
    read: (target) => {
      const most = Math.max(5, Math.min(128, Math.floor(ENTRIES_MOST / Math.max(1, target.members.length))));
      return askEach(target, (member) => lookAt(member, most));
    },
  },

  judge: ({ read }, before, limits) => [
    ...read.members.flatMap((member) => digest(member, before, limits)),
    ...unseenFindings('redis.slow-log', 'The slow log', read.unseen),
  ],

  facts: ({ read }) => [
    { label: 'Slow commands kept', value: String(read.members.reduce((sum, { entries }) => sum + entries.length, 0)) },
  ],
});

async function lookAt(member: RedisMember, most: number): Promise<Seen<MemberSlowLog>> {
  const [info, log, setting] = await Promise.all([
    infoOf(member, 'server'),
    asked(member, 'SLOWLOG', 'GET', String(most)),
    asked(member, 'CONFIG', 'GET', 'slowlog-log-slower-than'),
  ]);
  if ('gap' in log) return log.gap;
  const thresholdUsec =
    'reply' in setting && Array.isArray(setting.reply) && setting.reply.length > 1 ? Number(setting.reply[1]) : null;
  if (thresholdUsec !== null && thresholdUsec < 0) {
    return {
      skipped: `the slow log of ${member.name} is switched off (slowlog-log-slower-than ${thresholdUsec})`,
      fix: 'CONFIG SET slowlog-log-slower-than 10000',
    };
  }
  return {
    sample: { ...nameOf(member), runId: runIdOf(info), entries: parseSlowLog(log.reply), thresholdUsec },
  };
}

function digest(member: MemberSlowLog, before: Before<{ read: Sample }> | undefined, limits: Limits): Finding[] {
  const earlier = earlierOf(member, before);
  if (!earlier) return [];
  const lastId = earlier.past.entries[0]?.id ?? -1;
  const entries = member.entries.filter(({ id }) => id > lastId);
  const [newest] = entries;
  if (!newest) return [];
  // Ids have no holes: what fell out of the log before we came is counted all the same.
  const count = newest.id - lastId;
  const totalSeconds = entries.reduce((sum, { usec }) => sum + usec, 0) / 1e6;
  const longestSeconds = Math.max(...entries.map(({ usec }) => usec)) / 1e6;
  const ratio = totalSeconds / earlier.secondsAgo;
  const isMuch = ratio >= limits.warningRatio && totalSeconds >= limits.leastSeconds;
  const isBad = isMuch || longestSeconds >= limits.warningSeconds;
  const least = count > entries.length ? 'at least ' : '';
  const most = byCommand(entries);
  return [
    {
      key: `redis.slow-log:${member.name}`,
      severity: isBad ? 'warning' : 'info',
      sentence: `${countText(count, 'slow command')} held up ${who(member)} for ${least}${millisText(totalSeconds)} in the last ${durationText(earlier.secondsAgo)} (${percentText(ratio, 1)} of the time, warning at ${percentText(limits.warningRatio)}; longest ${millisText(longestSeconds)}, warning at ${durationText(limits.warningSeconds)}): ${listText(most.map(({ text }) => text))}.`,
      measure: { value: Number((ratio * 100).toFixed(1)), unit: '%', limit: limits.warningRatio * 100, step: 5 },
      evidence: { commands: most.slice(0, 10), count, seen: entries.length, thresholdUsec: member.thresholdUsec },
      next: adviceFor(most[0]?.what ?? ''),
    },
  ];
}

function byCommand(entries: readonly SlowEntry[]): { what: string; times: number; totalUsec: number; text: string }[] {
  const sums = new Map<string, { times: number; totalUsec: number; longestUsec: number }>();
  for (const { what, usec } of entries) {
    const sum = sums.get(what) ?? { times: 0, totalUsec: 0, longestUsec: 0 };
    sums.set(what, {
      times: sum.times + 1,
      totalUsec: sum.totalUsec + usec,
      longestUsec: Math.max(sum.longestUsec, usec),
    });
  }
  return [...sums]
    .map(([what, { times, totalUsec, longestUsec }]) => {
      const longest = times > 1 ? `, longest ${millisText(longestUsec / 1e6)}` : '';
      return { what, times, totalUsec, text: `\`${what}\` ${times}× in ${millisText(totalUsec / 1e6)}${longest}` };
    })
    .toSorted((a, b) => b.totalUsec - a.totalUsec);
}

function millisText(seconds: number): string {
  return seconds < 10 ? `${Number((seconds * 1000).toPrecision(3))} ms` : durationText(seconds);
}

function adviceFor(what: string): string {
  const [command = ''] = what.split(' ');
  if (command === 'KEYS')
    return 'Replace KEYS by SCAN where it is called; an ACL can keep it from applications (-keys).';
  if (['DEL', 'FLUSHALL', 'FLUSHDB'].includes(command)) {
    return 'Use UNLINK (or FLUSHALL ASYNC): it takes the memory back in the background.';
  }
  if (['SMEMBERS', 'HGETALL', 'LRANGE', 'ZRANGE', 'SORT', 'HVALS', 'HKEYS'].includes(command)) {
    return 'Find the large key behind it and read it in parts (SSCAN, HSCAN, ZSCAN, a smaller range).';
  }
  if (['EVAL', 'EVALSHA', 'FCALL'].includes(command))
    return 'Look at what the script goes through; nothing else runs while it does.';
  if (['GET', 'SET', 'EXPIRE', 'INCR', 'HGET', 'HSET', 'PING', 'SETEX'].includes(command)) {
    return 'This command is always fast: look at CPU steal, swapping and the neighbours of that machine, then at the size of the value.';
  }
  return 'Find who sends it (SLOWLOG GET names the client) and how much it touches at once.';
}
