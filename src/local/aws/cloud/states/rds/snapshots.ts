import type {
  CreateDBClusterSnapshotMessage,
  CreateDBSnapshotMessage,
  DBClusterSnapshot,
  DBSnapshot,
} from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import { HOME_REGION, regionOfArn } from '../../region.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { clusterOf, instanceOf } from './find.ts';
import { snapshotNotice } from './notices.ts';

/**
 * CreateDBSnapshot: the snapshot is creating, its instance backing-up, then both are available.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
 */
export function createSnapshot(truth: Truth, input: CreateDBSnapshotMessage): Change {
  const instance = instanceOf(truth, input.DBInstanceIdentifier);
  const { DBInstanceIdentifier: source = '', DBInstanceStatus: status = '', DBInstanceArn: arn = '' } = instance;
  const name = nameOf(input.DBSnapshotIdentifier);
  if (truth.snapshots.some(({ DBSnapshotIdentifier: id }) => id === name))
    throw new CloudRefusal(
      'DBSnapshotAlreadyExists',
      `Cannot create the snapshot because one with the identifier ${name} already exists.`,
    );
  if (!['available', 'storage-optimization'].includes(status))
    throw new CloudRefusal('InvalidDBInstanceState', `Instance ${source} is not in available state: it is ${status}.`);
  mustHaveRoom(truth.snapshots, truth);
  const snapshot: DBSnapshot = {
    DBSnapshotIdentifier: name,
    DBSnapshotArn: beside(arn, 'snapshot', name),
    DBInstanceIdentifier: source,
    Engine: instance.Engine,
    EngineVersion: instance.EngineVersion,
    AllocatedStorage: instance.AllocatedStorage,
    Encrypted: instance.StorageEncrypted,
    SnapshotType: 'manual',
    Status: 'creating',
    PercentProgress: 0,
    TagList: input.Tags ?? [],
  };
  return {
    snapshots: [snapshot],
    instances: [{ ...instance, DBInstanceStatus: 'backing-up' }],
    notices: [snapshotNotice('db-snapshot', name, 'begins')],
    due: [{ after: 'snapshotGrows', step: { name: 'snapshot-grows', resource: name, to: source } }],
  };
}

/** CreateDBClusterSnapshot: the cluster goes on as it is. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html */
export function createClusterSnapshot(truth: Truth, input: CreateDBClusterSnapshotMessage): Change {
  const cluster = clusterOf(truth, input.DBClusterIdentifier);
  const { DBClusterIdentifier: source = '', Status: status = '', DBClusterArn: arn = '' } = cluster;
  const name = nameOf(input.DBClusterSnapshotIdentifier);
  if (truth.clusterSnapshots.some(({ DBClusterSnapshotIdentifier: id }) => id === name))
    throw new CloudRefusal(
      'DBClusterSnapshotAlreadyExistsFault',
      `A snapshot with the identifier ${name} already exists.`,
    );
  if (status !== 'available')
    throw new CloudRefusal('InvalidDBClusterStateFault', `DB cluster ${source} is not in available state: ${status}.`);
  mustHaveRoom(truth.clusterSnapshots, truth);
  const snapshot: DBClusterSnapshot = {
    DBClusterSnapshotIdentifier: name,
    DBClusterSnapshotArn: beside(arn, 'cluster-snapshot', name),
    DBClusterIdentifier: source,
    Engine: cluster.Engine,
    EngineVersion: cluster.EngineVersion,
    AllocatedStorage: 0,
    StorageEncrypted: cluster.StorageEncrypted,
    SnapshotType: 'manual',
    Status: 'creating',
    PercentProgress: 0,
    TagList: input.Tags ?? [],
  };
  return {
    clusterSnapshots: [snapshot],
    notices: [snapshotNotice('db-cluster-snapshot', name, 'begins')],
    due: [{ after: 'snapshotGrows', step: { name: 'cluster-snapshot-grows', resource: name, to: source } }],
  };
}

export const snapshotSteps: Steps = {
  'snapshot-grows': (truth, { resource, to = '' }) => ({
    snapshots: [{ ...snapshotOf(truth, resource), PercentProgress: 50, ...cutAt(truth) }],
    copy: { cut: resource, of: to },
    due: [{ after: 'snapshotEnds', step: { name: 'snapshot-ends', resource, to } }],
  }),
  'snapshot-ends': (truth, { resource, to = '' }) => {
    const failed = truth.trouble.strikes('snapshot-fails', to);
    const instance = truth.instances.find(({ DBInstanceIdentifier: id }) => id === to);
    return {
      snapshots: [{ ...snapshotOf(truth, resource), ...endOf(failed) }],
      instances: instance?.DBInstanceStatus === 'backing-up' ? [{ ...instance, DBInstanceStatus: 'available' }] : [],
      notices: failed ? [] : [snapshotNotice('db-snapshot', resource, 'ends')],
    };
  },
  'cluster-snapshot-grows': (truth, { resource, to = '' }) => ({
    clusterSnapshots: [{ ...clusterSnapshotOf(truth, resource), PercentProgress: 50, ...cutAt(truth) }],
    copy: { cut: resource, of: to },
    due: [{ after: 'snapshotEnds', step: { name: 'cluster-snapshot-ends', resource, to } }],
  }),
  'cluster-snapshot-ends': (truth, { resource, to = '' }) => {
    const failed = truth.trouble.strikes('snapshot-fails', to);
    return {
      clusterSnapshots: [{ ...clusterSnapshotOf(truth, resource), ...endOf(failed) }],
      notices: failed ? [] : [snapshotNotice('db-cluster-snapshot', resource, 'ends')],
    };
  },
};

function cutAt({ nowMs }: Truth) {
  return { SnapshotCreateTime: new Date(nowMs) };
}

function endOf(failed: boolean) {
  return failed ? { Status: 'failed' } : { Status: 'available', PercentProgress: 100 };
}

/** The snapshot of this name, or the refusal of RDS. */
export function snapshotOf({ snapshots }: Pick<Truth, 'snapshots'>, name: string | undefined): DBSnapshot {
  const found = snapshots.find(({ DBSnapshotIdentifier: id, DBSnapshotArn: arn }) => id === name || arn === name);
  if (!found) throw new CloudRefusal('DBSnapshotNotFound', `DBSnapshot ${name} not found.`, 404);
  return found;
}

/** The same of a cluster. */
export function clusterSnapshotOf(
  { clusterSnapshots }: Pick<Truth, 'clusterSnapshots'>,
  name: string | undefined,
): DBClusterSnapshot {
  const found = clusterSnapshots.find(
    ({ DBClusterSnapshotIdentifier: id, DBClusterSnapshotArn: arn }) => id === name || arn === name,
  );
  if (!found) throw new CloudRefusal('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot ${name} not found.`, 404);
  return found;
}

/** RDS keeps names in lower case: letters, digits and single hyphens, a letter first and no hyphen last. */
export function nameOf(name = ''): string {
  const small = name.toLowerCase();
  if (/^[a-z](?:-?[a-z0-9])*$/.test(small) && small.length <= 255) return small;
  throw new CloudRefusal(
    'InvalidParameterValue',
    `The parameter DBSnapshotIdentifier is not a valid identifier: ${name}`,
  );
}

/** The quota is that of the region. */
export function mustHaveRoom(
  all: readonly (DBSnapshot & DBClusterSnapshot)[],
  { mostSnapshots }: Truth,
  region = HOME_REGION,
): void {
  const here = all.filter(
    ({ DBSnapshotArn, DBClusterSnapshotArn }) => regionOfArn(DBSnapshotArn ?? DBClusterSnapshotArn) === region,
  );
  if (here.filter(({ SnapshotType }) => SnapshotType === 'manual').length < mostSnapshots) return;
  throw new CloudRefusal('SnapshotQuotaExceeded', 'Cannot create more than the allowed number of manual snapshots.');
}

function beside(arn: string, kind: string, name: string): string {
  return [...arn.split(':').slice(0, 5), kind, name].join(':');
}
