import { durationText } from '../../core/amount.ts';
import type { SnapshotsLook } from '../../core/cloud-snapshot.ts';
import type { Finding, NextAction } from '../../core/finding.ts';
import { periodSeconds } from '../policy/times.ts';
import { copyFindings } from './copies.ts';
import { ageSeconds, counting, newestUsable, wanted, type About } from './about.ts';

/** A quarter of a period late is late; a whole one is a backup that is missing. */
const LATE = 1.25;
const MISSING = 2;
/** RDS keeps logs about every five minutes: three and twelve of those. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html */
const LATEST_LATE_SECONDS = 900;
const LATEST_MISSING_SECONDS = 3600;
const QUOTA_WARNING = 0.8;
const QUOTA_CRITICAL = 0.95;

/** Pure: what should be there in the cloud and is not. Of a target whose backups are made by hand no snapshot is missed. */
export function snapshotFindings(about: About, look: SnapshotsLook): Finding[] {
  return [
    ...(about.policy.mode === 'on' ? absent(about, look) : []),
    ...automatedOff(about, look),
    ...latestLate(about, look),
    ...broken(about, look),
    ...quotaFull(about, look),
    ...copyFindings(about, look),
    ...copiesQuota(about, look),
  ];
}

function absent(about: About, look: SnapshotsLook): Finding[] {
  const { target, policy, engine, nowMs } = about;
  const { kind, weekly, days } = wanted(policy, engine);
  const newest = newestUsable(look.snapshots, counting(about, look));
  const period = periodSeconds({ weekly });
  const actions = [backupNow(target)];
  const next = `Take one now: backup ${target}.`;
  if (newest?.at == null) {
    const own = `The automated backups of ${look.cloud} are kept for ${look.automated.days} d`;
    return [
      {
        key: `backups:${kind}`,
        severity: look.automated.days > 0 ? 'warning' : 'critical',
        sentence: `There is no snapshot of ${target} that is kept for ${days} d as the policy wants. ${own}.`,
        evidence: { snapshots: look.snapshots.length },
        next,
        actions,
      },
    ];
  }
  const value = ageSeconds(newest.at, nowMs);
  if (value <= period * LATE) return [];
  return [
    {
      key: `backups:${kind}`,
      severity: value > period * MISSING ? 'critical' : 'warning',
      sentence: `The last snapshot of ${target} is ${durationText(value)} old; one was due after ${durationText(period)}.`,
      measure: { value, unit: 's', limit: period * LATE, step: 86_400 },
      evidence: { name: newest.name, at: newest.at },
      next: `${next.slice(0, -1)}; then see with runs ${target} why the schedule brought none.`,
      actions,
    },
  ];
}

/** Redis has no log that an automated backup would bring: there it is asked for as snapshots alone. */
function automatedOff({ target, engine }: About, { automated, source, cloud }: SnapshotsLook): Finding[] {
  if (engine !== 'postgres' || automated.days > 0) return [];
  return [
    {
      key: 'backups:automated',
      severity: 'critical',
      sentence: `${cloud} makes no automated backups of ${target} (retention 0 d): everything since the last snapshot can be lost.`,
      evidence: { source },
      next: 'Set a retention of at least 7 d on it. AWS says that going from 0 to more may interrupt it shortly: choose a quiet hour.',
    },
  ];
}

function latestLate({ target, policy, engine, nowMs }: About, { automated, cloud }: SnapshotsLook): Finding[] {
  const until = automated.anySecond?.until ?? null;
  if (engine !== 'postgres' || policy.walMinutes === null || until === null) return [];
  const value = ageSeconds(until, nowMs);
  if (value <= LATEST_LATE_SECONDS) return [];
  return [
    {
      key: 'backups:wal',
      severity: value > LATEST_MISSING_SECONDS ? 'critical' : 'warning',
      sentence: `${target} could lose ${durationText(value)} of writes: the latest second that ${cloud} can restore is that old, and it is about 5 min where all is well.`,
      measure: { value, unit: 's', limit: LATEST_LATE_SECONDS, step: LATEST_LATE_SECONDS },
      evidence: { until },
      next: 'Look at the state and the events of the instance: while it is not available, or its disk is full, no log is kept.',
    },
  ];
}

function broken({ target }: About, { snapshots }: SnapshotsLook): Finding[] {
  const failed = snapshots.filter(({ status }) => /fail|incompatible|error|inaccessible/.test(status));
  const [first] = failed;
  if (!first) return [];
  return [
    {
      key: 'backups:damaged',
      severity: 'warning',
      sentence: `${failed.length} of ${snapshots.length} snapshots of ${target} cannot be restored: ${first.name} is ${first.status}.`,
      evidence: failed.slice(0, 5).map(({ name, status }) => ({ name, status })),
      next: `Take another one: backup ${target}. One that failed counts in the quota: delete it in the console of AWS.`,
      actions: [backupNow(target)],
    },
  ];
}

/** The quota is that of the account and the region: the next snapshot of any target fails when it is full. */
function quotaFull(
  { target }: About,
  { quota, region }: Pick<SnapshotsLook, 'quota' | 'region'>,
  key = 'backups:quota',
): Finding[] {
  if (quota === null || quota.used < quota.most * QUOTA_WARNING) return [];
  const { used, most, what } = quota;
  return [
    {
      key,
      severity: used >= most * QUOTA_CRITICAL ? 'critical' : 'warning',
      sentence: `${used} of ${most} ${what} in ${region} are used up; when all are, no snapshot of ${target} can be made.`,
      measure: { value: used, unit: what, limit: most * QUOTA_WARNING, step: 1 },
      evidence: { used, most },
      next: 'Delete what nobody wants any more (backups says which of ours), or ask AWS for a higher quota.',
    },
  ];
}

/** The place that copies go to has a quota of its own. */
function copiesQuota(about: About, { copies }: SnapshotsLook): Finding[] {
  if (copies === undefined || 'unseen' in copies) return [];
  return quotaFull(about, { quota: copies.quota, region: copies.where }, 'backups:quota:copies');
}

function backupNow(target: string): NextAction {
  return { label: 'Back up now', operation: 'backup', target, args: [], disruptive: false };
}
