import type {
  CreateDBInstanceMessage,
  DBCluster,
  DBInstance,
  RestoreDBClusterFromSnapshotMessage,
  RestoreDBClusterToPointInTimeMessage,
} from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { clusterOf, instanceOf } from './find.ts';
import { mustBeRestorable } from './restore.ts';
import { clusterSnapshotOf } from './snapshots.ts';

const ARN = 'arn:aws:rds:eu-central-1:123456789012';
/** A Multi-AZ cluster brings its three instances itself. */
const MEMBERS = 3;

/**
 * RestoreDBClusterFromSnapshot: a cluster of Aurora has no instance until one is created in it.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
 */
export function restoreCluster(truth: Truth, input: RestoreDBClusterFromSnapshotMessage): Change {
  const snapshot = clusterSnapshotOf(truth, input.SnapshotIdentifier);
  mustBeNew(truth, input.DBClusterIdentifier);
  if (snapshot.Status !== 'available')
    throw new CloudRefusal('InvalidDBClusterSnapshotStateFault', `The snapshot is ${snapshot.Status}.`);
  const { Engine, EngineVersion, DBClusterSnapshotIdentifier: from = '' } = snapshot;
  return made({ ...input, Tags: input.Tags ?? snapshot.TagList }, { Engine, EngineVersion }, from);
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html */
export function restoreClusterToTime(truth: Truth, input: RestoreDBClusterToPointInTimeMessage): Change {
  const { SourceDBClusterIdentifier: source = '', RestoreToTime: RestoreTime, UseLatestRestorableTime } = input;
  const cluster = clusterOf(truth, source);
  mustBeNew(truth, input.DBClusterIdentifier);
  mustBeRestorable({ RestoreTime, UseLatestRestorableTime }, cluster, cluster.LatestRestorableTime, truth.nowMs);
  const { Engine, EngineVersion } = cluster;
  return made({ ...input, Tags: input.Tags ?? cluster.TagList }, { Engine, EngineVersion }, source);
}

type Asked = Pick<
  RestoreDBClusterFromSnapshotMessage,
  | 'DBClusterIdentifier'
  | 'DBSubnetGroupName'
  | 'VpcSecurityGroupIds'
  | 'DBClusterParameterGroupName'
  | 'DeletionProtection'
  | 'DBClusterInstanceClass'
  | 'Tags'
>;

function made(input: Asked, like: Partial<DBCluster>, from: string): Change {
  const { DBClusterIdentifier: name = '', DBClusterInstanceClass: of } = input;
  const groups = input.VpcSecurityGroupIds ?? ['sg-default'];
  const cluster: DBCluster = {
    ...like,
    DBClusterIdentifier: name,
    DBClusterArn: `${ARN}:cluster:${name}`,
    Status: 'creating',
    DBSubnetGroup: input.DBSubnetGroupName ?? 'default',
    DBClusterParameterGroup: input.DBClusterParameterGroupName ?? 'default.aurora-postgresql18',
    DeletionProtection: input.DeletionProtection ?? false,
    VpcSecurityGroups: groups.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
    DBClusterMembers: [],
    TagList: input.Tags ?? [],
    ...(of === undefined ? {} : { DBClusterInstanceClass: of }),
  };
  return {
    clusters: [cluster],
    due: [{ after: 'clusterRestores', step: { name: 'cluster-restored', resource: name, to: from } }],
  };
}

/** CreateDBInstance, in a cluster alone. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
export function createInstance(truth: Truth, input: CreateDBInstanceMessage): Change {
  const { DBInstanceIdentifier: name = '', DBClusterIdentifier } = input;
  if (DBClusterIdentifier === undefined)
    throw new CloudRefusal('InvalidParameterValue', 'The stand-in creates instances in clusters alone.');
  const cluster = clusterOf(truth, DBClusterIdentifier);
  if (truth.instances.some(({ DBInstanceIdentifier: id }) => id === name))
    throw new CloudRefusal('DBInstanceAlreadyExists', 'DB instance already exists');
  if (cluster.Status !== 'available')
    throw new CloudRefusal('InvalidDBClusterStateFault', `DB cluster ${DBClusterIdentifier} is ${cluster.Status}.`);
  return {
    instances: [memberOf(cluster, name, input)],
    clusters: [{ ...cluster, DBClusterMembers: [...(cluster.DBClusterMembers ?? []), writer(name)] }],
    due: [{ after: 'instanceIsMade', step: { name: 'member-made', resource: name, to: DBClusterIdentifier } }],
  };
}

function memberOf(cluster: DBCluster, name: string, input: Partial<CreateDBInstanceMessage>): DBInstance {
  return {
    DBInstanceIdentifier: name,
    DBInstanceArn: `${ARN}:db:${name}`,
    DBClusterIdentifier: cluster.DBClusterIdentifier,
    DBInstanceClass: input.DBInstanceClass ?? cluster.DBClusterInstanceClass,
    DBInstanceStatus: 'creating',
    Engine: cluster.Engine,
    EngineVersion: cluster.EngineVersion,
    PubliclyAccessible: input.PubliclyAccessible ?? false,
    DBParameterGroups: [{ DBParameterGroupName: input.DBParameterGroupName ?? 'default.aurora-postgresql18' }],
    TagList: input.Tags ?? [],
  };
}

function writer(DBInstanceIdentifier: string) {
  return { DBInstanceIdentifier, IsClusterWriter: true, PromotionTier: 1 };
}

export const restoreClusterSteps: Steps = {
  'cluster-restored': (truth, { resource, to = '' }) => {
    const cluster = clusterOf(truth, resource);
    if (truth.trouble.strikes('restore-fails', resource)) return { clusters: [{ ...cluster, Status: 'failed' }] };
    const brings = cluster.DBClusterInstanceClass !== undefined;
    const names = brings ? Array.from({ length: MEMBERS }, (_, at) => `${resource}-instance-${at + 1}`) : [];
    return {
      clusters: [
        {
          ...cluster,
          Status: 'available',
          Endpoint: `${resource}.cluster-c1a2b3.eu-central-1.rds.amazonaws.com`,
          Port: 5432,
          DBClusterMembers: names.map((name, at) => ({ ...writer(name), IsClusterWriter: at === 0 })),
        },
      ],
      instances: names.map((name) => ({ ...memberOf(cluster, name, {}), DBInstanceStatus: 'available' })),
      copy: { make: resource, from: to },
    };
  },
  'member-made': (truth, { resource, to }) => {
    const failed = truth.trouble.strikes('restore-fails', resource);
    const { Endpoint: Address, Port } = clusterOf(truth, to);
    return {
      instances: [
        {
          ...instanceOf(truth, resource),
          DBInstanceStatus: failed ? 'failed' : 'available',
          Endpoint: { Address, Port },
        },
      ],
    };
  },
};

function mustBeNew(truth: Truth, name: string | undefined): void {
  if (truth.clusters.some(({ DBClusterIdentifier: id }) => id === name))
    throw new CloudRefusal('DBClusterAlreadyExistsFault', 'DB cluster already exists');
}
