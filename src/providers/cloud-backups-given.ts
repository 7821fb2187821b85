import type { BackupPolicy } from '../core/backup-policy.ts';
import type { PolicyRow } from '../core/backups-seen.ts';
import type { SnapshotsLook } from '../core/cloud-snapshot.ts';
import type { TargetSpec } from '../targets/spec.ts';

const NONE = '';

/**
 * Pure: what RDS and Aurora give of a policy, as it was seen where it was.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
 */
export function rdsGives({ provider }: TargetSpec, policy: BackupPolicy, look?: SnapshotsLook): PolicyRow[] {
  const { full, incremental, walMinutes, anySecondDays, fullDays } = policy;
  const kind = provider === 'aurora' ? 'a snapshot of the cluster' : 'a snapshot of the instance';
  const days = look?.automated.days;
  return [
    {
      asked: `full backups: ${full.days.join(', ')}`,
      given: `${kind}, made by this bot; each can be restored by itself`,
      gap: scheduleGap(policy),
    },
    ...(incremental === null ? [] : [increments(incremental.days, provider, days)]),
    ...(walMinutes === null ? [] : [logs(walMinutes, days)]),
    {
      asked: `any second of ${anySecondDays} d`,
      given: days === undefined ? 'the retention that is set there (0 to 35 d)' : `${days} d are set there`,
      gap: days === undefined || days >= anySecondDays ? NONE : `${anySecondDays - days} d are missing`,
    },
    kept(`fulls of ${fullDays} d`, look),
    rdsDrillRow(policy),
    copiesOf(policy, look),
    ...exports(),
    ...quotaRow(look),
  ];
}

/** Pure: what ElastiCache gives. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html */
export function elasticacheGives(policy: BackupPolicy, look?: SnapshotsLook): PolicyRow[] {
  const { snapshot, snapshotDays } = policy;
  const days = look?.automated.days;
  const own = days === undefined ? NONE : `; of its own one a day, kept for ${days} d`;
  return [
    {
      asked: `snapshots: ${snapshot.days.join(', ')}`,
      given: `a snapshot of the replication group, made by this bot${days === 0 ? '; none of its own' : own}`,
      gap: scheduleGap(policy),
    },
    {
      asked: 'what was written since the last snapshot',
      given: NONE,
      gap: 'ElastiCache has no increments and no log: up to a day can be lost',
    },
    kept(`snapshots of ${snapshotDays} d`, look),
    drillRow(policy, NONE),
    exported(policy, look),
    ...quotaRow(look),
  ];
}

function scheduleGap({ mode }: BackupPolicy): string {
  return mode === 'manual' ? 'only when a person asks: backup: { mode: manual }' : NONE;
}

function increments(days: readonly string[], provider: string, keptDays: number | undefined): PolicyRow {
  return {
    asked: `incremental backups: ${days.join(', ')}`,
    given:
      keptDays === 0
        ? NONE
        : provider === 'aurora'
          ? 'continuous backups of the volume'
          : 'one automated snapshot a day, in its backup window',
    gap: 'increments cannot be asked for, nor seen: AWS shares what did not change by itself',
  };
}

function logs(minutes: number, days: number | undefined): PolicyRow {
  if (days === 0)
    return { asked: `WAL every ${minutes} min`, given: NONE, gap: 'automated backups are off: no log is kept at all' };
  return {
    asked: `WAL every ${minutes} min`,
    given: 'logs are kept about every 5 min while automated backups are on',
    gap: minutes < 5 ? 'not more often than about every 5 min' : NONE,
  };
}

function kept(asked: string, look: SnapshotsLook | undefined): PolicyRow {
  const ours = look?.snapshots.filter(({ by }) => by === 'nightshift').length;
  const there = ours === undefined ? NONE : `; ${ours} of ours are there`;
  return {
    asked,
    given: `manual snapshots never expire${there}`,
    gap: 'one is deleted only where a newer one was restored',
  };
}

function rdsDrillRow(policy: BackupPolicy): PolicyRow {
  if (policy.drillPlace === undefined)
    return drillRow(policy, 'a restore into something new, when a person asks and approves');
  return {
    ...drillRow(policy, `restored by AWS into ${policy.drillPlace.subnetGroup}, looked at, and deleted`),
    gap: NONE,
  };
}

function drillRow({ drill }: BackupPolicy, given: string): PolicyRow {
  return {
    asked: drill === null ? 'no drills' : `drills: ${drill.days.join(', ')}`,
    given,
    gap: 'none by itself: a restore makes something new, which costs money',
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html */
function copiesOf({ copyTo }: BackupPolicy, look: SnapshotsLook | undefined): PolicyRow {
  if (copyTo?.kind !== 'region')
    return {
      asked: 'no copies elsewhere',
      given: NONE,
      gap: 'nothing leaves the account and the region: write backup: { copyTo: { region: … } }',
    };
  const key = copyTo.kmsKey === null ? '; what is encrypted needs copyTo.kmsKey' : NONE;
  return {
    asked: `copies in ${copyTo.region}`,
    given: `each snapshot of this bot is copied there${thereWords(look)}${key}`,
    gap: 'the same account: whoever owns it can delete both. What AWS makes by itself is not copied',
  };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html */
function exported({ copyTo }: BackupPolicy, look: SnapshotsLook | undefined): PolicyRow {
  if (copyTo?.kind !== 'bucket')
    return {
      asked: 'no copies elsewhere',
      given: NONE,
      gap: 'nothing leaves ElastiCache: write backup: { copyTo: { bucket: … } }',
    };
  return {
    asked: `copies in the bucket ${copyTo.bucket}`,
    given: `an .rdb file of every shard of each snapshot of this bot${thereWords(look)}`,
    gap: 'in the region of the group; the rules of the bucket end them',
  };
}

function thereWords(look: SnapshotsLook | undefined): string {
  if (look?.copies === undefined) return NONE;
  if ('unseen' in look.copies) return '; they cannot be seen';
  const { copies } = look.copies;
  return `; ${copies.length} ${copies.length === 1 ? 'is' : 'are'} there`;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html */
function exports(): PolicyRow[] {
  return [
    {
      asked: 'files of ones own',
      given: 'an export of a snapshot to S3, as Parquet',
      gap: 'it cannot be restored: it is no backup, and the bot makes none',
    },
  ];
}

function quotaRow(look: SnapshotsLook | undefined): PolicyRow[] {
  if (!look?.quota) return [];
  const { used, most, what } = look.quota;
  const left = most - used;
  return [
    {
      asked: 'room for the next snapshots',
      given: `${used} of ${most} ${what} in ${look.region}`,
      gap: left < most * 0.2 ? `only ${left} more, of all databases together` : NONE,
    },
  ];
}
