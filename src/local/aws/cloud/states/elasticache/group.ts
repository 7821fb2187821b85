import type { NodeGroup, NodeGroupMember, ReplicationGroup } from '@aws-sdk/client-elasticache';
import { CloudRefusal } from '../../refusal.ts';
import type { Truth } from '../change.ts';

/** The replication group of this name, or the refusal of ElastiCache. */
export function groupOf({ groups }: Pick<Truth, 'groups'>, name: string | undefined): ReplicationGroup {
  const found = groups.find(({ ReplicationGroupId: id }) => id === name);
  if (!found) throw new CloudRefusal('ReplicationGroupNotFoundFault', `ReplicationGroup ${name} not found.`, 404);
  return found;
}

export function shardOf(group: ReplicationGroup, shard: string | undefined): NodeGroup {
  const found = group.NodeGroups?.find(({ NodeGroupId: id }) => id === shard);
  if (!found) throw new CloudRefusal('NodeGroupNotFoundFault', `NodeGroup ${shard} not found.`, 404);
  return found;
}

/** A group that is modified, or of which a snapshot is made, takes no order. */
export function mustBeAvailable({ ReplicationGroupId: id, Status }: ReplicationGroup): void {
  if (Status !== 'available')
    throw new CloudRefusal(
      'InvalidReplicationGroupState',
      `Replication group ${id} is not available: it is ${Status}.`,
    );
}

export function invalidCombination(message: string): CloudRefusal {
  return new CloudRefusal('InvalidParameterCombination', message);
}

/** The name under which engines of a shard are bound: that of the group, where it has only one. */
export function bindingOf({ ReplicationGroupId: id = '', ClusterEnabled }: ReplicationGroup, shard: string): string {
  return ClusterEnabled ? `${id}/${shard}` : id;
}

export function primaryOf({ NodeGroupMembers: members = [] }: NodeGroup): string {
  return members.find(({ CurrentRole }) => CurrentRole === 'primary')?.CacheClusterId ?? '';
}

export function replicasOf({ NodeGroupMembers: members = [] }: NodeGroup): NodeGroupMember[] {
  return members.filter(({ CurrentRole }) => CurrentRole !== 'primary');
}

/** The group with another primary in one of its shards. */
export function withPrimary(group: ReplicationGroup, shard: string, primary: string): ReplicationGroup {
  const change = (one: NodeGroup): NodeGroup => {
    const members = one.NodeGroupMembers?.map((member) => ({
      ...member,
      CurrentRole: member.CacheClusterId === primary ? 'primary' : 'replica',
    }));
    return members ? { ...one, NodeGroupMembers: members } : one;
  };
  const shards = group.NodeGroups?.map((one) => (one.NodeGroupId === shard ? change(one) : one));
  return shards ? { ...group, NodeGroups: shards } : group;
}

/**
 * What DescribeReplicationGroups shows: with cluster mode enabled it names no roles.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroupMember.html
 */
export function shown(group: ReplicationGroup): ReplicationGroup {
  if (!group.ClusterEnabled || !group.NodeGroups) return group;
  const NodeGroups = group.NodeGroups.map((shard) => ({
    ...shard,
    NodeGroupMembers: shard.NodeGroupMembers?.map((one) => ({ ...one, CurrentRole: undefined })),
  }));
  return { ...group, NodeGroups };
}
