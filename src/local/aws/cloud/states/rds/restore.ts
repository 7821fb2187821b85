import type { AddTagsToResourceMessage, DBInstance, RestoreDBInstanceFromDBSnapshotMessage } from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { instanceOf } from './find.ts';
import { snapshotOf } from './snapshots.ts';

const ARN = 'arn:aws:rds:eu-central-1:123456789012';

/**
 * RestoreDBInstanceFromDBSnapshot: a new instance is creating, then available. What is not said is AWS's own choice, and not that of the
 * source: the default groups, and public where the subnets are.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
 */
export function restoreInstance(truth: Truth, input: RestoreDBInstanceFromDBSnapshotMessage): Change {
  const { DBInstanceIdentifier: name = '', DBSnapshotIdentifier } = input;
  const snapshot = snapshotOf(truth, DBSnapshotIdentifier);
  if (truth.instances.some(({ DBInstanceIdentifier: id }) => id === name))
    throw new CloudRefusal('DBInstanceAlreadyExists', 'DB instance already exists');
  if (snapshot.Status !== 'available')
    throw new CloudRefusal(
      'InvalidDBSnapshotState',
      `Snapshot ${snapshot.DBSnapshotIdentifier} is ${snapshot.Status}.`,
    );
  const groups = input.VpcSecurityGroupIds ?? ['sg-default'];
  const instance: DBInstance = {
    DBInstanceIdentifier: name,
    DBInstanceArn: `${ARN}:db:${name}`,
    DBInstanceClass: input.DBInstanceClass ?? 'db.m6g.large',
    DBInstanceStatus: 'creating',
    Engine: snapshot.Engine,
    EngineVersion: snapshot.EngineVersion,
    AllocatedStorage: snapshot.AllocatedStorage,
    PubliclyAccessible: input.PubliclyAccessible ?? true,
    MultiAZ: input.MultiAZ ?? false,
    DeletionProtection: input.DeletionProtection ?? false,
    DBParameterGroups: [{ DBParameterGroupName: input.DBParameterGroupName ?? 'default.postgres18' }],
    VpcSecurityGroups: groups.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
    TagList: input.Tags ?? snapshot.TagList ?? [],
  };
  return {
    instances: [instance],
    due: [{ after: 'restores', step: { name: 'instance-restored', resource: name } }],
  };
}

export const restoreSteps: Steps = {
  'instance-restored': (truth, { resource }) => ({
    instances: [
      {
        ...instanceOf(truth, resource),
        DBInstanceStatus: truth.trouble.strikes('restore-fails', resource) ? 'restore-error' : 'available',
        Endpoint: { Address: `${resource}.c1a2b3.eu-central-1.rds.amazonaws.com`, Port: 5432 },
      },
    ],
  }),
};

/** AddTagsToResource, of snapshots of instances. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddTagsToResource.html */
export function addTags(truth: Truth, { ResourceName, Tags = [] }: AddTagsToResourceMessage): Change {
  const snapshot = snapshotOf(truth, ResourceName);
  const others = (snapshot.TagList ?? []).filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
  return { snapshots: [{ ...snapshot, TagList: [...others, ...Tags] }] };
}
