import type { DeleteDBClusterMessage, DeleteDBInstanceMessage } from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { clusterOf, instanceOf } from './find.ts';

/**
 * DeleteDBInstance: deleting, then gone. What is protected is not deleted.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 */
export function deleteInstance(truth: Truth, input: DeleteDBInstanceMessage): Change {
  const instance = instanceOf(truth, input.DBInstanceIdentifier);
  const { DBInstanceIdentifier: resource = '', DBInstanceStatus: status, DeletionProtection } = instance;
  if (DeletionProtection === true) throw isProtected(resource);
  if (status === 'deleting') throw new CloudRefusal('InvalidDBInstanceState', `Instance ${resource} is being deleted.`);
  mustSayWhatIsKept(input);
  return {
    instances: [{ ...instance, DBInstanceStatus: 'deleting' }],
    due: [{ after: 'isDeleted', step: { name: 'instance-deleted', resource } }],
  };
}

/** DeleteDBCluster: after its instances. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html */
export function deleteCluster(truth: Truth, input: DeleteDBClusterMessage): Change {
  const cluster = clusterOf(truth, input.DBClusterIdentifier);
  const { DBClusterIdentifier: resource = '', Status, DeletionProtection } = cluster;
  if (DeletionProtection === true) throw isProtected(resource);
  if (Status === 'deleting') throw new CloudRefusal('InvalidDBClusterStateFault', `Cluster ${resource} is deleting.`);
  const left = truth.instances.filter(({ DBClusterIdentifier: of }) => of === resource);
  const isWhole = cluster.DBClusterInstanceClass !== undefined;
  if (!isWhole && left.some(({ DBInstanceStatus: status }) => status !== 'deleting'))
    throw new CloudRefusal(
      'InvalidDBClusterStateFault',
      'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
    );
  mustSayWhatIsKept(input);
  return {
    clusters: [{ ...cluster, Status: 'deleting' }],
    due: [{ after: 'isDeleted', step: { name: 'cluster-deleted', resource } }],
  };
}

export const deleteSteps: Steps = {
  'instance-deleted': (_truth, { resource }) => ({ gone: [resource], copy: { drop: resource } }),
  'cluster-deleted': ({ instances }, { resource }) => ({
    gone: [
      resource,
      ...instances.flatMap((one) => (one.DBClusterIdentifier === resource ? [one.DBInstanceIdentifier ?? ''] : [])),
    ],
    copy: { drop: resource },
  }),
};

function isProtected(name: string): CloudRefusal {
  return new CloudRefusal('InvalidParameterCombination', `Cannot delete protected ${name}, please disable protection.`);
}

type Kept = { SkipFinalSnapshot?: boolean | undefined; FinalDBSnapshotIdentifier?: string | undefined };

function mustSayWhatIsKept({ SkipFinalSnapshot, FinalDBSnapshotIdentifier }: Kept): void {
  if (SkipFinalSnapshot !== true && FinalDBSnapshotIdentifier === undefined)
    throw new CloudRefusal('InvalidParameterCombination', 'FinalDBSnapshotIdentifier is required.');
}
