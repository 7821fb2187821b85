import type { CreateSnapshotMessage, ReplicationGroup, Snapshot } from '@aws-sdk/client-elasticache';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { groupOf, mustBeAvailable } from './group.ts';

const ARN = 'arn:aws:elasticache:eu-central-1:123456789012';
/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html */
const MOST_A_DAY = 20;
const DAY_MS = 86_400_000;

/**
 * CreateSnapshot, of a group or of one of its nodes: the snapshot is creating, the group snapshotting, then both are available.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateSnapshot.html
 */
export function createCacheSnapshot(truth: Truth, input: CreateSnapshotMessage): Change {
  const group = sourceGroup(truth, input);
  const { ReplicationGroupId: resource = '', CacheNodeType = '' } = group;
  const { SnapshotName: name = '' } = input;
  if (truth.cacheSnapshots.some(({ SnapshotName }) => SnapshotName === name))
    throw new CloudRefusal('SnapshotAlreadyExistsFault', `Snapshot ${name} already exists.`);
  if (CacheNodeType.startsWith('cache.t1.'))
    throw new CloudRefusal('SnapshotFeatureNotSupportedFault', `Snapshots are not supported on ${CacheNodeType}.`);
  mustBeAvailable(group);
  const recent = truth.cacheSnapshots.filter(
    ({ SnapshotSource, NodeSnapshots: [first] = [] }) =>
      SnapshotSource === 'manual' && (first?.SnapshotCreateTime?.getTime() ?? truth.nowMs) > truth.nowMs - DAY_MS,
  );
  if (recent.length >= MOST_A_DAY)
    throw new CloudRefusal('SnapshotQuotaExceededFault', 'The maximum number of snapshots is exceeded.');
  const snapshot: Snapshot = {
    SnapshotName: name,
    ARN: `${ARN}:snapshot:${name}`,
    SnapshotSource: 'manual',
    SnapshotStatus: 'creating',
    ...(input.CacheClusterId === undefined
      ? { ReplicationGroupId: resource }
      : { CacheClusterId: input.CacheClusterId }),
  };
  return {
    cacheSnapshots: [snapshot],
    groups: [{ ...group, Status: 'snapshotting' }],
    due: [{ after: 'snapshotGrows', step: { name: 'cache-snapshot-cut', resource: name, to: resource } }],
  };
}

export const cacheSnapshotSteps: Steps = {
  'cache-snapshot-cut': (truth, { resource, to = '' }) => ({
    cacheSnapshots: [
      {
        ...cacheSnapshotOf(truth, resource),
        NodeSnapshots: (groupOf(truth, to).NodeGroups ?? [{}]).map(({ NodeGroupId }) => ({
          ...(NodeGroupId === undefined ? {} : { NodeGroupId }),
          CacheSize: '8 MB',
          SnapshotCreateTime: new Date(truth.nowMs),
        })),
      },
    ],
    due: [{ after: 'snapshotEnds', step: { name: 'cache-snapshot-ends', resource, to } }],
  }),
  'cache-snapshot-ends': (truth, { resource, to = '' }) => {
    const SnapshotStatus = truth.trouble.strikes('snapshot-fails', to) ? 'failed' : 'available';
    return {
      cacheSnapshots: [{ ...cacheSnapshotOf(truth, resource), SnapshotStatus }],
      groups: [{ ...groupOf(truth, to), Status: 'available' }],
    };
  },
};

/** The snapshot of this name, or the refusal of ElastiCache. */
export function cacheSnapshotOf({ cacheSnapshots }: Pick<Truth, 'cacheSnapshots'>, name: string | undefined): Snapshot {
  const found = cacheSnapshots.find(({ SnapshotName }) => SnapshotName === name);
  if (!found) throw new CloudRefusal('SnapshotNotFoundFault', `Snapshot ${name} not found.`, 404);
  return found;
}

function sourceGroup(
  truth: Truth,
  { ReplicationGroupId, CacheClusterId: node }: CreateSnapshotMessage,
): ReplicationGroup {
  if ((ReplicationGroupId === undefined) === (node === undefined))
    throw new CloudRefusal('InvalidParameterCombination', 'Name either a cache cluster or a replication group.');
  if (ReplicationGroupId !== undefined) return groupOf(truth, ReplicationGroupId);
  const found = truth.groups.find(({ MemberClusters = [] }) => MemberClusters.includes(node ?? ''));
  if (!found) throw new CloudRefusal('CacheClusterNotFound', `CacheCluster not found: ${node}`, 404);
  return found;
}
