import type { DBClusterSnapshot, DBSnapshot } from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import { regionOfArn } from '../../region.ts';
import type { Change, Truth } from '../change.ts';
import { clusterSnapshotOf, snapshotOf } from './snapshots.ts';

/** DeleteDBSnapshot, in the region of the request. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html */
export function deleteSnapshot({ snapshots }: Truth, name: string | undefined, region: string) {
  const here = snapshots.filter(({ DBSnapshotArn }) => regionOfArn(DBSnapshotArn) === region);
  const found: DBSnapshot = snapshotOf({ snapshots: here }, name);
  mustBeWhole('InvalidDBSnapshotState', found.Status);
  return { found, change: { gone: [found.DBSnapshotArn ?? ''] } satisfies Change };
}

/** DeleteDBClusterSnapshot. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterSnapshot.html */
export function deleteClusterSnapshot({ clusterSnapshots }: Truth, name: string | undefined, region: string) {
  const here = clusterSnapshots.filter(({ DBClusterSnapshotArn }) => regionOfArn(DBClusterSnapshotArn) === region);
  const found: DBClusterSnapshot = clusterSnapshotOf({ clusterSnapshots: here }, name);
  mustBeWhole('InvalidDBClusterSnapshotStateFault', found.Status);
  return { found, change: { gone: [found.DBClusterSnapshotArn ?? ''] } satisfies Change };
}

function mustBeWhole(code: string, status = ''): void {
  if (status === 'available' || status === 'failed') return;
  throw new CloudRefusal(code, `Cannot delete the snapshot because it is ${status}.`);
}
