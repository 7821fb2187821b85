import type { DBCluster, DBClusterMember, FailoverDBClusterMessage } from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { clusterOf, instanceOf, mustBeAvailable } from './find.ts';
import { clusterNotice, instanceNotice } from './notices.ts';

/**
 * FailoverDBCluster, of Aurora and of a Multi-AZ cluster: available → failing-over → available with another writer.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html
 */
export function failoverCluster(truth: Truth, input: FailoverDBClusterMessage): Change {
  const cluster = clusterOf(truth, input.DBClusterIdentifier);
  const { DBClusterIdentifier: resource = '', Status } = cluster;
  if (Status !== 'available')
    throw new CloudRefusal(
      'InvalidDBClusterStateFault',
      `DB cluster ${resource} is not in available state: ${Status}.`,
    );
  const to = targetOf(cluster, input.TargetDBInstanceIdentifier);
  if (truth.instances.some(({ DBInstanceIdentifier: id }) => id === to)) mustBeAvailable(instanceOf(truth, to));
  return {
    clusters: [{ ...cluster, Status: 'failing-over' }],
    due: [{ after: 'clusterFailoverBegins', step: { name: 'cluster-failover-begins', resource, to } }],
  };
}

/** Without a target it is the reader of the lowest promotion tier. */
function targetOf({ DBClusterIdentifier: name, DBClusterMembers: members = [] }: DBCluster, wanted?: string): string {
  const readers = members
    .filter(({ IsClusterWriter }) => !IsClusterWriter)
    .toSorted((one, other) => (one.PromotionTier ?? 1) - (other.PromotionTier ?? 1));
  if (readers.length === 0)
    throw new CloudRefusal('InvalidDBClusterStateFault', `DB cluster ${name} has no reader that could take over.`);
  const found = wanted === undefined ? readers[0] : readers.find(({ DBInstanceIdentifier: id }) => id === wanted);
  if (!found?.DBInstanceIdentifier)
    throw new CloudRefusal('InvalidDBInstanceState', `${wanted} is no reader of DB cluster ${name}.`);
  return found.DBInstanceIdentifier;
}

export const clusterSteps: Steps = {
  'cluster-failover-begins': (truth, { resource, to = '' }) => {
    const where = isSameZone(truth, clusterOf(truth, resource), to) ? 'beginsInZone' : 'beginsAcrossZones';
    const notices = [clusterNotice(resource, where, to)];
    const due = [{ after: 'clusterFailoverEnds' as const, step: { name: 'cluster-failover-ends', resource, to } }];
    const otherwise = { name: 'cluster-failover-fails', resource, to };
    if (truth.trouble.strikes('failover-fails', resource))
      return { notices, due: [{ after: 'clusterFailoverEnds', step: otherwise }] };
    if (truth.trouble.strikes('goes-back', resource))
      return { notices, due: [{ after: 'clusterFailoverEnds', step: { name: 'cluster-goes-back', resource } }] };
    return { notices, move: { resource, to, otherwise }, due };
  },
  'cluster-failover-ends': (truth, { resource, to = '' }) => {
    const cluster = clusterOf(truth, resource);
    const former = writerOf(cluster);
    return {
      clusters: [{ ...cluster, Status: 'available', DBClusterMembers: withWriter(cluster, to) }],
      notices: [instanceNotice(former, 'restarted'), clusterNotice(resource, 'ends', to)],
    };
  },
  'cluster-failover-fails': (truth, { resource }) => ({
    clusters: [{ ...clusterOf(truth, resource), Status: 'available' }],
    notices: [clusterNotice(resource, 'failed')],
  }),
  'cluster-goes-back': (truth, { resource }) => {
    const cluster = clusterOf(truth, resource);
    return {
      clusters: [{ ...cluster, Status: 'available' }],
      notices: [clusterNotice(resource, 'goesBack', writerOf(cluster))],
    };
  },
};

function writerOf({ DBClusterMembers: members = [] }: DBCluster): string {
  return members.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier ?? '';
}

function withWriter({ DBClusterMembers: members = [] }: DBCluster, writer: string): DBClusterMember[] {
  return members.map((one) => ({ ...one, IsClusterWriter: one.DBInstanceIdentifier === writer }));
}

function isSameZone({ instances }: Truth, cluster: DBCluster, to: string): boolean {
  const zoneOf = (name: string) =>
    instances.find(({ DBInstanceIdentifier: id }) => id === name)?.AvailabilityZone ?? `no zone of ${name}`;
  return zoneOf(writerOf(cluster)) === zoneOf(to);
}
