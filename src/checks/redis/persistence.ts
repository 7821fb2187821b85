import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding, Severity } from '../../core/finding.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { countText, durationText, percentText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { who } from './info.ts';
import { lookAtPersistence, type MemberPersistence } from './persistence-view.ts';
import { earlierOf, growthOf } from './since.ts';

type Sample = EachSaid<MemberPersistence>;

const Limits = z.strictObject({
  /** Age of the last snapshot while changes wait and no append-only file keeps them. */
  warningSaveSeconds: z.number().min(0).default(86_400),
  /** One snapshot or rewrite that takes longer than this hangs on its disk. */
  runningSeconds: z.number().min(0).default(3600),
  /** Writes that waited for the disk, more often than this: appendfsync everysec asks once a second. */
  delayedPerSecond: z.number().min(0).default(0.05),
});
type Limits = z.infer<typeof Limits>;

/** Would a restart bring the data back? https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
export const persistence = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.persistence',
  engine: 'redis',
  title: 'Persistence status',
  why: 'A snapshot or append-only file that cannot be written means refused writes now and lost data at the next restart.',
  cannotWait: 'The server itself says that it could not write; a restart in the meantime loses data.',
  explainedBy: ['setting', 'machine', 'traffic', 'keys', 'restart'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAtPersistence(member) })) },

  judge: ({ read }, before, limits) => [
    ...read.members.flatMap((member) => [
      ...(failure(member) ?? oldSnapshot(member, limits) ?? nothingKept(member) ?? []),
      ...rewriteFailure(member),
      ...slowFile(member, limits),
      ...slowDisk(member, before, limits),
    ]),
    ...unseenFindings('redis.persistence', 'Persistence', read.unseen),
  ],

  facts: ({ read }) =>
    read.members
      .filter(({ role }) => role === 'primary')
      .slice(0, 1)
      .map((member) => ({ label: 'Persistence', value: modeText(member) })),
});

function failure(member: MemberPersistence): Finding[] | undefined {
  const { savedSecondsAgo, changesSinceSave } = member;
  if (member.loading) return [loading(member)];
  if (member.aofEnabled && !member.aofWriteOk) {
    return [
      finding(
        member,
        '',
        'critical',
        `${who(member)} cannot write its append-only file; writes are refused meanwhile.`,
        'Look at the disk of that server: space first, then permissions.',
      ),
    ];
  }
  if (member.rdbOk) return undefined;
  const since = savedSecondsAgo === null ? '' : `; the last good one is ${durationText(savedSecondsAgo)} old`;
  const waiting = changesSinceSave === null ? '' : `, ${countText(changesSinceSave, 'change')} since`;
  return [
    finding(
      member,
      '',
      'critical',
      `The last snapshot of ${who(member)} failed${since}${waiting}, and writes may be refused.`,
      'Look at the log of that server: disk space and memory for the fork are the usual causes.',
    ),
  ];
}

function loading(member: MemberPersistence): Finding {
  const { loadedRatio, loadSecondsLeft } = member;
  const far = loadedRatio === null ? '' : ` (${percentText(loadedRatio)} done`;
  const left = loadSecondsLeft === null || loadSecondsLeft < 0 ? '' : `, about ${durationText(loadSecondsLeft)} left`;
  return finding(
    member,
    '',
    'critical',
    `${who(member)} is still loading its data set and answers nothing else${far === '' ? '' : `${far}${left})`}.`,
    'Wait until it is done; a restart begins again from nothing.',
  );
}

function oldSnapshot(member: MemberPersistence, limits: Limits): Finding[] | undefined {
  const { savedSecondsAgo, changesSinceSave } = member;
  const waits = member.snapshots === true && !member.aofEnabled && (changesSinceSave ?? 0) > 0;
  if (!waits || savedSecondsAgo === null || savedSecondsAgo < limits.warningSaveSeconds) return undefined;
  return [
    finding(
      member,
      '',
      'warning',
      `The last snapshot of ${who(member)} is ${durationText(savedSecondsAgo)} old with ${countText(changesSinceSave ?? 0, 'change')} since (warning at ${durationText(limits.warningSaveSeconds)}).`,
      'Run BGSAVE at a quiet hour and look at the save rules.',
    ),
  ];
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/replication/#safety-of-replication-when-master-has-persistence-turned-off */
function nothingKept(member: MemberPersistence): Finding[] | undefined {
  if (member.role !== 'primary' || member.aofEnabled || member.snapshots !== false || member.replicas === 0)
    return undefined;
  return [
    finding(
      member,
      ':nothing-kept',
      'info',
      `${who(member)} keeps nothing on disk and has ${countText(member.replicas, 'replica')}: if it is restarted faster than a failover begins, it comes back empty and the replicas copy that.`,
      'Where the data matters, switch appendonly on or keep the server from starting again by itself.',
    ),
  ];
}

function rewriteFailure(member: MemberPersistence): Finding[] {
  if (!member.aofEnabled || member.aofRewriteOk || member.loading) return [];
  return [
    finding(
      member,
      ':rewrite',
      'warning',
      `The last rewrite of the append-only file of ${who(member)} failed: it works, but the file grows until the disk is full.`,
      'Look at the log of that server: disk space and memory for the fork are the usual causes. Then run BGREWRITEAOF.',
    ),
  ];
}

function slowFile(member: MemberPersistence, limits: Limits): Finding[] {
  const seconds = Math.max(member.savingSeconds ?? 0, member.rewritingSeconds ?? 0);
  if (seconds < limits.runningSeconds) return [];
  const what = (member.savingSeconds ?? 0) >= (member.rewritingSeconds ?? 0) ? 'A snapshot' : 'A rewrite';
  return [
    finding(
      member,
      ':running',
      'warning',
      `${what} of ${who(member)} has been running for ${durationText(seconds)} (warning at ${durationText(limits.runningSeconds)}).`,
      'Look at the disk it is written to; memory grows with every write until it is done.',
    ),
  ];
}

function slowDisk(member: MemberPersistence, before: Before<{ read: Sample }> | undefined, limits: Limits): Finding[] {
  const earlier = earlierOf(member, before);
  const delayed = earlier && growthOf(member.delayedFsyncs, earlier.past.delayedFsyncs);
  if (!earlier || !delayed || delayed / earlier.secondsAgo < limits.delayedPerSecond) return [];
  return [
    finding(
      member,
      ':disk',
      'warning',
      `Writes of ${who(member)} waited for the disk of its append-only file ${countText(delayed, 'time')} in the last ${durationText(earlier.secondsAgo)} (warning at ${limits.delayedPerSecond} a second).`,
      'Look at the disk: latency, and what else writes to it.',
    ),
  ];
}

function finding(
  member: MemberPersistence,
  object: string,
  severity: Severity,
  sentence: string,
  next: string,
): Finding {
  return { key: `redis.persistence:${member.name}${object}`, severity, sentence, evidence: member, next };
}

function modeText({ aofEnabled, snapshots }: MemberPersistence): string {
  if (aofEnabled) return snapshots ? 'append-only file and snapshots' : 'append-only file';
  if (snapshots === null) return 'no append-only file; snapshots not visible to us';
  return snapshots ? 'snapshots' : 'off: a restart begins empty';
}
