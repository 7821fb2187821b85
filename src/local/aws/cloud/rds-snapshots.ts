import {
  DescribeAccountAttributes$,
  DescribeDBClusterSnapshots$,
  DescribeDBSnapshots$,
  type AccountAttributesMessage,
  type DBClusterSnapshotMessage,
  type DBSnapshotMessage,
  type DescribeAccountAttributesMessage,
  type DescribeDBClusterSnapshotsMessage,
  type DescribeDBSnapshotsMessage,
} from '@aws-sdk/client-rds';
import type { CloudModel } from './model.ts';
import { operation, page, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

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

function ofInstances(input: DescribeDBSnapshotsMessage, model: CloudModel): DBSnapshotMessage {
  const { DBSnapshotIdentifier: id, DBInstanceIdentifier: source, SnapshotType: type } = input;
  const found = model.snapshots.filter(
    (one) =>
      (id === undefined || one.DBSnapshotIdentifier === id) &&
      (source === undefined || one.DBInstanceIdentifier === source) &&
      (type === undefined || one.SnapshotType === type),
  );
  if (id !== undefined && found.length === 0)
    throw new CloudRefusal('DBSnapshotNotFound', `DBSnapshot ${id} not found.`, 404);
  const { shown, more } = page(found, input);
  return { DBSnapshots: shown, ...more };
}

function ofClusters(input: DescribeDBClusterSnapshotsMessage, model: CloudModel): DBClusterSnapshotMessage {
  const { DBClusterSnapshotIdentifier: id, DBClusterIdentifier: source, SnapshotType: type } = input;
  const found = model.clusterSnapshots.filter(
    (one) =>
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
function quotas(_: DescribeAccountAttributesMessage, model: CloudModel): AccountAttributesMessage {
  const manual = (all: readonly { SnapshotType?: string | undefined }[]) =>
    all.filter(({ SnapshotType }) => SnapshotType === 'manual').length;
  const quota = (AccountQuotaName: string, Used: number) => ({ AccountQuotaName, Used, Max: model.mostSnapshots });
  return {
    AccountQuotas: [
      quota('ManualSnapshots', manual(model.snapshots)),
      quota('ManualClusterSnapshots', manual(model.clusterSnapshots)),
    ],
  };
}
