import type { BackupPolicy } from '../core/backup-policy.ts';
import { restoresHere, toolTitles, type BackupToolSpec } from '../core/backup-tool.ts';
import type { PolicyRow } from '../core/backups-seen.ts';
import type { SnapshotsLook } from '../core/cloud-snapshot.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { elasticacheGives, rdsGives } from './cloud-backups-given.ts';
import { isManaged } from './setting-advice.ts';

/** Pure: with what the cloud showed, where one hosts the target: what a policy asks for, what whoever hosts the target gives, and the gap between the two, line by line. */
export function backupsGiven(spec: TargetSpec, policy: BackupPolicy, look?: SnapshotsLook): PolicyRow[] {
  if (spec.backupTool !== undefined) return ofTool(spec.backupTool, policy);
  if (isManaged(spec)) return spec.engine === 'redis' ? elasticacheGives(policy, look) : rdsGives(spec, policy, look);
  return spec.engine === 'redis' ? ownRedis(policy) : ownPostgres(policy);
}

const NONE = '';

function ownPostgres(policy: BackupPolicy): PolicyRow[] {
  const { full, incremental, walMinutes, anySecondDays, fullDays } = policy;
  return [
    { asked: `full backups: ${full.days.join(', ')}`, given: 'BASE_BACKUP over the replication protocol', gap: NONE },
    ...(incremental === null
      ? []
      : [
          {
            asked: `incremental backups: ${incremental.days.join(', ')}`,
            given: 'PostgreSQL 17 and later with summarize_wal = on',
            gap: 'none of them before PostgreSQL 17: there it is full backups and WAL',
          },
        ]),
    walMinutes === null
      ? { asked: 'no WAL', given: NONE, gap: 'each backup can be restored to its own end only' }
      : {
          asked: `WAL every ${walMinutes} min`,
          given: 'from a slot on the server that takes writes',
          gap: `what was written in the last ${walMinutes} min can be lost`,
        },
    {
      asked: `any second of ${anySecondDays} d, fulls of ${fullDays} d`,
      given: 'kept in the stores by retention',
      gap: NONE,
    },
    drills(policy),
  ];
}

/** Its own schedule and its own retention do it; here it is only told when something did not come. */
function ofTool(spec: BackupToolSpec, policy: BackupPolicy): PolicyRow[] {
  const { full, incremental, walMinutes, anySecondDays, fullDays } = policy;
  const tool = toolTitles[spec.name];
  const schedule = `${tool}, on a schedule of its own`;
  return [
    { asked: `full backups: ${full.days.join(', ')}`, given: schedule, gap: NONE },
    ...(incremental === null
      ? []
      : [
          {
            asked: `incremental backups: ${incremental.days.join(', ')}`,
            given: schedule,
            gap: 'one that is missing is told of only by its age',
          },
        ]),
    ...(walMinutes === null
      ? []
      : [
          {
            asked: `WAL every ${walMinutes} min`,
            given: `the archiving of the server, into ${tool}`,
            gap: `a server that writes little archives late: archive_timeout = ${walMinutes}min or less`,
          },
        ]),
    {
      asked: `any second of ${anySecondDays} d, fulls of ${fullDays} d`,
      given: `the retention that is set in ${tool}`,
      gap: 'Nightshift deletes nothing of it, and cannot see how long it is kept',
    },
    restoresHere(spec)
      ? drills(policy)
      : {
          asked: 'drills',
          given: NONE,
          gap: `${tool} cannot be run where this is asked: npx nightshift drill <target> --here on its own machine`,
        },
  ];
}

function ownRedis(policy: BackupPolicy): PolicyRow[] {
  return [
    {
      asked: `snapshots: ${policy.snapshot.days.join(', ')}`,
      given: 'from the replication stream of a replica, of each shard',
      gap: 'Redis has no log to bring a snapshot further: what was written since it can be lost; the shards of a cluster are not cut at one moment',
    },
    { asked: `snapshots of ${policy.snapshotDays} d`, given: 'kept in the stores by retention', gap: NONE },
    drills(policy),
  ];
}

function drills({ drill, pointInTimeDrill }: BackupPolicy): PolicyRow {
  if (drill === null) return { asked: 'no drills', given: NONE, gap: 'nobody knows whether a restore works' };
  const random = pointInTimeDrill === null ? '' : ', and to a random second once a month';
  return {
    asked: `drills: ${drill.days.join(', ')}${random}`,
    given: 'a restore that is started and verified',
    gap: NONE,
  };
}
