import type { BackupPolicy } from '../core/backup-policy.ts';
import { toolTitles } from '../core/backup-tool.ts';
import type { PolicyRow } from '../core/backups-seen.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { isManaged } from './setting-advice.ts';

/** Pure: what a policy asks for, what whoever hosts the target gives, and the gap between the two, line by line. */
export function backupsGiven(spec: TargetSpec, policy: BackupPolicy): PolicyRow[] {
  if (spec.backupTool !== undefined) return ofTool(toolTitles[spec.backupTool.name], policy);
  if (spec.engine === 'redis') return isManaged(spec) ? elasticache(policy) : ownRedis(policy);
  return isManaged(spec) ? rds(spec.provider, policy) : ownPostgres(policy);
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
function ofTool(tool: string, { full, incremental, walMinutes, anySecondDays, fullDays }: BackupPolicy): PolicyRow[] {
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
    { asked: 'drills', given: 'nightshift restore, with the tool, when a person asks', gap: 'none is made by itself' },
  ];
}

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
function rds(provider: string, { full, incremental, walMinutes, anySecondDays, fullDays }: BackupPolicy): PolicyRow[] {
  return [
    {
      asked: `full backups: ${full.days.join(', ')}`,
      given:
        provider === 'aurora'
          ? 'a snapshot of the cluster, when somebody asks for one'
          : 'a snapshot, when somebody asks for one',
      gap: 'the bot asks for none; AWS keeps at most 35 d of its own',
    },
    ...(incremental === null
      ? []
      : [
          {
            asked: `incremental backups: ${incremental.days.join(', ')}`,
            given: provider === 'aurora' ? 'continuous backups' : 'one automated snapshot a day, in its backup window',
            gap: 'increments cannot be asked for, nor seen',
          },
        ]),
    ...(walMinutes === null
      ? []
      : [
          {
            asked: `WAL every ${walMinutes} min`,
            given: 'logs are kept about every 5 min while automated backups are on',
            gap: walMinutes < 5 ? 'not more often than about every 5 min' : NONE,
          },
        ]),
    {
      asked: `any second of ${anySecondDays} d, fulls of ${fullDays} d`,
      given: 'any second of the retention period that is set there (0 to 35 d)',
      gap: 'see the check of the hosting for what is set; 0 d is no backup at all',
    },
    {
      asked: 'drills',
      given: NONE,
      gap: 'the bot restores nothing there: a restore makes a new instance, which costs money',
    },
    {
      asked: 'a second store',
      given: 'copies to another region, when they are set up there',
      gap: 'nothing leaves AWS by itself',
    },
  ];
}

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html
function elasticache({ snapshot, snapshotDays }: BackupPolicy): PolicyRow[] {
  return [
    {
      asked: `snapshots: ${snapshot.days.join(', ')}`,
      given: 'one automated snapshot a day where a retention is set',
      gap: 'the bot asks for none; there are no increments and no log between two of them: up to a day can be lost',
    },
    {
      asked: `snapshots of ${snapshotDays} d`,
      given: 'the retention that is set there (0 to 35 d)',
      gap: '0 d is no backup at all',
    },
    { asked: 'drills', given: NONE, gap: 'the bot restores nothing there' },
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
