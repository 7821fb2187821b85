import type {
  AddTagsToResourceMessage,
  DBInstance,
  RestoreDBInstanceFromDBSnapshotMessage,
  RestoreDBInstanceToPointInTimeMessage,
} from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { instanceOf } from './find.ts';
import { clusterSnapshotOf, snapshotOf } from './snapshots.ts';

const ARN = 'arn:aws:rds:eu-central-1:123456789012';

/**
 * RestoreDBInstanceFromDBSnapshot: a new instance is creating, then available. What is not said is AWS's own choice, and not that of the
 * source: the default groups, and public where the subnets are.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
 */
export function restoreInstance(truth: Truth, input: RestoreDBInstanceFromDBSnapshotMessage): Change {
  const snapshot = snapshotOf(truth, input.DBSnapshotIdentifier);
  mustBeNew(truth, input.DBInstanceIdentifier);
  if (snapshot.Status !== 'available')
    throw new CloudRefusal(
      'InvalidDBSnapshotState',
      `Snapshot ${snapshot.DBSnapshotIdentifier} is ${snapshot.Status}.`,
    );
  const { Engine, EngineVersion, AllocatedStorage, TagList, DBSnapshotIdentifier: from = '' } = snapshot;
  return made({ ...input, Tags: input.Tags ?? TagList }, { Engine, EngineVersion, AllocatedStorage }, from);
}

/**
 * RestoreDBInstanceToPointInTime: the same, of the logs between two snapshots.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html
 */
export function restoreInstanceToTime(truth: Truth, input: RestoreDBInstanceToPointInTimeMessage): Change {
  const { SourceDBInstanceIdentifier: source = '', TargetDBInstanceIdentifier } = input;
  const instance = instanceOf(truth, source);
  mustBeNew(truth, TargetDBInstanceIdentifier);
  mustBeRestorable(input, instance, instance.LatestRestorableTime, truth.nowMs);
  const { Engine, EngineVersion, AllocatedStorage } = instance;
  const asked = { ...input, DBInstanceIdentifier: TargetDBInstanceIdentifier, Tags: input.Tags ?? instance.TagList };
  return made(asked, { Engine, EngineVersion, AllocatedStorage }, source);
}

type Asked = Omit<RestoreDBInstanceFromDBSnapshotMessage, 'DBSnapshotIdentifier'>;

function made(input: Asked, like: Partial<DBInstance>, from: string): Change {
  const { DBInstanceIdentifier: name = '' } = input;
  const groups = input.VpcSecurityGroupIds ?? ['sg-default'];
  const instance: DBInstance = {
    ...like,
    DBInstanceIdentifier: name,
    DBInstanceArn: `${ARN}:db:${name}`,
    DBInstanceClass: input.DBInstanceClass ?? 'db.m6g.large',
    DBInstanceStatus: 'creating',
    PubliclyAccessible: input.PubliclyAccessible ?? true,
    MultiAZ: input.MultiAZ ?? false,
    DeletionProtection: input.DeletionProtection ?? false,
    DBSubnetGroup: { DBSubnetGroupName: input.DBSubnetGroupName ?? 'default' },
    DBParameterGroups: [{ DBParameterGroupName: input.DBParameterGroupName ?? 'default.postgres18' }],
    VpcSecurityGroups: groups.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
    TagList: input.Tags ?? [],
  };
  return {
    instances: [instance],
    due: [{ after: 'restores', step: { name: 'instance-restored', resource: name, to: from } }],
  };
}

function mustBeNew(truth: Truth, name: string | undefined): void {
  if (truth.instances.some(({ DBInstanceIdentifier: id }) => id === name))
    throw new CloudRefusal('DBInstanceAlreadyExists', 'DB instance already exists');
}

/** Refuses a moment for which there are no logs, of an instance or a cluster. */
export function mustBeRestorable(
  input: Pick<RestoreDBInstanceToPointInTimeMessage, 'RestoreTime' | 'UseLatestRestorableTime'>,
  { BackupRetentionPeriod: days = 0 }: Pick<DBInstance, 'BackupRetentionPeriod'>,
  latest: Date | undefined,
  nowMs: number,
): void {
  const { RestoreTime: at, UseLatestRestorableTime: isLatest } = input;
  if (days === 0) throw new CloudRefusal('PointInTimeRestoreNotEnabled', 'Automated backups are not enabled.');
  if ((at === undefined) === (isLatest !== true))
    throw new CloudRefusal('InvalidParameterCombination', 'Name either RestoreTime or UseLatestRestorableTime.');
  if (at === undefined) return;
  if (at.getTime() > (latest?.getTime() ?? 0) || at.getTime() < nowMs - days * 86_400_000)
    throw new CloudRefusal('InvalidRestoreFault', `The specified time ${at.toISOString()} cannot be restored.`);
}

export const restoreSteps: Steps = {
  'instance-restored': (truth, { resource, to = '' }) => {
    const failed = truth.trouble.strikes('restore-fails', resource);
    return {
      instances: [
        {
          ...instanceOf(truth, resource),
          DBInstanceStatus: failed ? 'restore-error' : 'available',
          Endpoint: { Address: `${resource}.c1a2b3.eu-central-1.rds.amazonaws.com`, Port: 5432 },
        },
      ],
      ...(failed ? {} : { copy: { make: resource, from: to } }),
    };
  },
};

/** AddTagsToResource, of snapshots. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddTagsToResource.html */
export function addTags(truth: Truth, { ResourceName = '', Tags = [] }: AddTagsToResourceMessage): Change {
  const withTags = <T extends { TagList?: { Key?: string | undefined; Value?: string | undefined }[] | undefined }>(
    one: T,
  ): T => {
    const others = (one.TagList ?? []).filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
    return { ...one, TagList: [...others, ...Tags] };
  };
  if (ResourceName.includes(':cluster-snapshot:'))
    return { clusterSnapshots: [withTags(clusterSnapshotOf(truth, ResourceName))] };
  return { snapshots: [withTags(snapshotOf(truth, ResourceName))] };
}
