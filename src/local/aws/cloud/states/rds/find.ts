import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Truth } from '../change.ts';

/** The instance of this name, or the refusal of RDS. */
export function instanceOf({ instances }: Pick<Truth, 'instances'>, name: string | undefined): DBInstance {
  const found = instances.find(({ DBInstanceIdentifier: id }) => id === name);
  if (!found) throw new CloudRefusal('DBInstanceNotFound', `DBInstance ${name} not found.`, 404);
  return found;
}

/** The cluster of this name, or the refusal of RDS. */
export function clusterOf({ clusters }: Pick<Truth, 'clusters'>, name: string | undefined): DBCluster {
  const found = clusters.find(({ DBClusterIdentifier: id }) => id === name);
  if (!found) throw new CloudRefusal('DBClusterNotFoundFault', `DBCluster ${name} not found.`, 404);
  return found;
}

/** Refuses an instance that is busy, as every verb does. */
export function mustBeAvailable({ DBInstanceIdentifier: id, DBInstanceStatus: status }: DBInstance): void {
  if (status !== 'available')
    throw new CloudRefusal('InvalidDBInstanceState', `Instance ${id} is not in available state: it is ${status}.`);
}
