import type { CreateReplicationGroupMessage, NodeGroup, ReplicationGroup } from '@aws-sdk/client-elasticache';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { groupOf } from './group.ts';
import { cacheSnapshotOf } from './snapshot.ts';

const ARN = 'arn:aws:elasticache:eu-central-1:123456789012';

/**
 * CreateReplicationGroup of a snapshot: creating, then available; nodes are named after it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
 */
export function createGroup(truth: Truth, input: CreateReplicationGroupMessage): Change {
  const { ReplicationGroupId: name = '', SnapshotName, NumNodeGroups } = input;
  const snapshot = cacheSnapshotOf(truth, SnapshotName);
  if (truth.groups.some(({ ReplicationGroupId: id }) => id === name))
    throw new CloudRefusal('ReplicationGroupAlreadyExists', `Replication group ${name} already exists.`);
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(name) || name.length > 40)
    throw new CloudRefusal('InvalidParameterValue', `${name} is not a valid identifier.`);
  if (snapshot.SnapshotStatus !== 'available')
    throw new CloudRefusal('InvalidSnapshotState', `Snapshot ${SnapshotName} is ${snapshot.SnapshotStatus}.`);
  const shards = Array.from({ length: NumNodeGroups ?? 1 }, (_, at) => String(at + 1).padStart(4, '0'));
  const isCluster = NumNodeGroups !== undefined;
  const nodeOf = (shard: string) => (isCluster ? `${name}-${shard}-001` : `${name}-001`);
  const group: ReplicationGroup = {
    ReplicationGroupId: name,
    ARN: `${ARN}:replicationgroup:${name}`,
    Description: input.ReplicationGroupDescription,
    Status: 'creating',
    CacheNodeType: input.CacheNodeType,
    ClusterEnabled: isCluster,
    AutomaticFailover: input.AutomaticFailoverEnabled === true ? 'enabled' : 'disabled',
    MultiAZ: input.MultiAZEnabled === true ? 'enabled' : 'disabled',
    AtRestEncryptionEnabled: input.AtRestEncryptionEnabled ?? false,
    TransitEncryptionEnabled: input.TransitEncryptionEnabled ?? false,
    MemberClusters: shards.map(nodeOf),
    NodeGroups: shards.map((NodeGroupId) => shardOf(NodeGroupId, nodeOf(NodeGroupId))),
    ...(input.UserGroupIds === undefined ? {} : { UserGroupIds: input.UserGroupIds }),
  };
  return {
    groups: [group],
    due: [{ after: 'groupIsMade', step: { name: 'group-made', resource: name, to: SnapshotName ?? '' } }],
  };
}

function shardOf(NodeGroupId: string, CacheClusterId: string): NodeGroup {
  return {
    NodeGroupId,
    Status: 'creating',
    NodeGroupMembers: [{ CacheClusterId, CacheNodeId: '0001', CurrentRole: 'primary' }],
  };
}

export const createGroupSteps: Steps = {
  'group-made': (truth, { resource }) => {
    const group = groupOf(truth, resource);
    if (truth.trouble.strikes('restore-fails', resource)) return { groups: [{ ...group, Status: 'create-failed' }] };
    const endpoint = { Address: `${resource}.c1a2b3.ng.0001.euc1.cache.amazonaws.com`, Port: 6379 };
    const shards = group.NodeGroups?.map((one) => ({ ...one, Status: 'available', PrimaryEndpoint: endpoint })) ?? [];
    return { groups: [{ ...group, Status: 'available', NodeGroups: shards }] };
  },
};
