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
  const { ReplicationGroupId: name = '', SnapshotName = '' } = input;
  const snapshot = cacheSnapshotOf(truth, SnapshotName);
  mustBeNew(truth, name);
  if (snapshot.SnapshotStatus !== 'available')
    throw new CloudRefusal('InvalidSnapshotState', `Snapshot ${SnapshotName} is ${snapshot.SnapshotStatus}.`);
  return {
    groups: [{ ...settingsOf(input), ...nodesOf(name, input.NumNodeGroups) }],
    due: [{ after: 'groupIsMade', step: { name: 'group-made', resource: name, to: SnapshotName } }],
  };
}

function mustBeNew({ groups }: Truth, name: string): void {
  if (groups.some(({ ReplicationGroupId: id }) => id === name))
    throw new CloudRefusal('ReplicationGroupAlreadyExists', `Replication group ${name} already exists.`);
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(name) || name.length > 40)
    throw new CloudRefusal('InvalidParameterValue', `${name} is not a valid identifier.`);
}

function settingsOf(input: CreateReplicationGroupMessage): ReplicationGroup {
  const { AutomaticFailoverEnabled, MultiAZEnabled, UserGroupIds } = input;
  return {
    ReplicationGroupId: input.ReplicationGroupId,
    ARN: `${ARN}:replicationgroup:${input.ReplicationGroupId}`,
    Description: input.ReplicationGroupDescription,
    Status: 'creating',
    CacheNodeType: input.CacheNodeType,
    AutomaticFailover: AutomaticFailoverEnabled === true ? 'enabled' : 'disabled',
    MultiAZ: MultiAZEnabled === true ? 'enabled' : 'disabled',
    AtRestEncryptionEnabled: input.AtRestEncryptionEnabled === true,
    TransitEncryptionEnabled: input.TransitEncryptionEnabled === true,
    ...(UserGroupIds === undefined ? {} : { UserGroupIds }),
  };
}

/** One node a shard; without shards there is one. */
function nodesOf(name: string, shardCount: number | undefined): Partial<ReplicationGroup> {
  const isCluster = shardCount !== undefined;
  const shards = Array.from({ length: shardCount ?? 1 }, (_, at) => String(at + 1).padStart(4, '0'));
  const nodeOf = (shard: string) => (isCluster ? `${name}-${shard}-001` : `${name}-001`);
  return {
    ClusterEnabled: isCluster,
    MemberClusters: shards.map(nodeOf),
    NodeGroups: shards.map((shard) => shardOf(shard, nodeOf(shard))),
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
