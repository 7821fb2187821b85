import {
  DescribeAccountAttributes$,
  DescribeDBClusterSnapshots$,
  DescribeDBSnapshots$,
  type AccountAttributesMessage,
  type DBClusterSnapshot,
  type DBClusterSnapshotMessage,
  type DBSnapshot,
  type DBSnapshotMessage,
  type DescribeAccountAttributesMessage,
  type DescribeDBClusterSnapshotsMessage,
  type DescribeDBSnapshotsMessage,
} from '@aws-sdk/client-rds';
import type { CloudModel } from './model.ts';
import { operation, page, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';
import { regionOfArn } from './region.ts';

/** What RDS tells of snapshots and of its quotas. */
export const rdsSnapshotOperations: CloudOperations = {
  DescribeDBSnapshots: operation<DescribeDBSnapshotsMessage, DBSnapshotMessage>(DescribeDBSnapshots$, ofInstances),
  DescribeDBClusterSnapshots: operation<DescribeDBClusterSnapshotsMessage, DBClusterSnapshotMessage>(
    DescribeDBClusterSnapshots$,
    ofClusters,
  ),
  DescribeAccountAttributes: operation<DescribeAccountAttributesMessage, AccountAttributesMessage>(
    DescribeAccountAttributes$,
    quotas,
  ),
};

function ofInstances(
  input: DescribeDBSnapshotsMessage,
  model: CloudModel,
  _nowMs: number,
  region: string,
): DBSnapshotMessage {
  const { DBSnapshotIdentifier: id, DBInstanceIdentifier: source, SnapshotType: type } = input;
  const found = model.snapshots.filter(
    (one) =>
      regionOfArn(one.DBSnapshotArn) === region &&
      (id === undefined || one.DBSnapshotIdentifier === id) &&
      (source === undefined || one.DBInstanceIdentifier === source) &&
      (type === undefined || one.SnapshotType === type),
  );
  if (id !== undefined && found.length === 0)
    throw new CloudRefusal('DBSnapshotNotFound', `DBSnapshot ${id} not found.`, 404);
  const { shown, more } = page(found, input);
  return { DBSnapshots: shown, ...more };
}

function ofClusters(
  input: DescribeDBClusterSnapshotsMessage,
  model: CloudModel,
  _nowMs: number,
  region: string,
): DBClusterSnapshotMessage {
  const { DBClusterSnapshotIdentifier: id, DBClusterIdentifier: source, SnapshotType: type } = input;
  const found = model.clusterSnapshots.filter(
    (one) =>
      regionOfArn(one.DBClusterSnapshotArn) === region &&
      (id === undefined || one.DBClusterSnapshotIdentifier === id) &&
      (source === undefined || one.DBClusterIdentifier === source) &&
      (type === undefined || one.SnapshotType === type),
  );
  if (id !== undefined && found.length === 0)
    throw new CloudRefusal('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot ${id} not found.`, 404);
  const { shown, more } = page(found, input);
  return { DBClusterSnapshots: shown, ...more };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html */
function quotas(
  _: DescribeAccountAttributesMessage,
  model: CloudModel,
  _nowMs: number,
  region: string,
): AccountAttributesMessage {
  const manual = (all: readonly (DBSnapshot & DBClusterSnapshot)[]) =>
    all.filter(
      ({ SnapshotType, DBSnapshotArn, DBClusterSnapshotArn }) =>
        SnapshotType === 'manual' && regionOfArn(DBSnapshotArn ?? DBClusterSnapshotArn) === region,
    ).length;
  const quota = (AccountQuotaName: string, Used: number) => ({ AccountQuotaName, Used, Max: model.mostSnapshots });
  return {
    AccountQuotas: [
      quota('ManualSnapshots', manual(model.snapshots)),
      quota('ManualClusterSnapshots', manual(model.clusterSnapshots)),
    ],
  };
}
