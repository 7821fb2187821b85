import type { NodeGroup, ReplicationGroup } from '@aws-sdk/client-elasticache';

/** What a snapshot is ordered of: all shards of a group, or one node of a group that has one. */
export type SnapshotSource = { ReplicationGroupId: string } | { CacheClusterId: string };

/**
 * Pure: a replica where there is one shard, so that the primary is not the one that forks; the whole group where there are several.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html
 */
export function sourceOf(group: ReplicationGroup): { source: SnapshotSource; fromPrimary: boolean } {
  const { ReplicationGroupId = '', ClusterEnabled, NodeGroups = [], MemberClusters = [] } = group;
  if (ClusterEnabled === true || NodeGroups.length > 1) return { source: { ReplicationGroupId }, fromPrimary: false };
  const replica = nodeOfRole(NodeGroups, 'replica');
  const primary = nodeOfRole(NodeGroups, 'primary') ?? MemberClusters[0];
  const node = replica ?? primary;
  if (node === undefined) return { source: { ReplicationGroupId }, fromPrimary: true };
  return { source: { CacheClusterId: node }, fromPrimary: replica === undefined };
}

function nodeOfRole([shard]: readonly NodeGroup[], role: string): string | undefined {
  return shard?.NodeGroupMembers?.find(({ CurrentRole }) => CurrentRole === role)?.CacheClusterId;
}

/** Pure: why no snapshot can be ordered now. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html */
export function whyNotNow({ ReplicationGroupId: name = '', Status = 'unknown', CacheNodeType = '' }: ReplicationGroup) {
  if (CacheNodeType.startsWith('cache.t1.')) return `ElastiCache takes no snapshots of nodes of type ${CacheNodeType}.`;
  if (Status === 'available') return undefined;
  return `${name} is ${Status}: ElastiCache takes snapshots of what is available.`;
}

/** Pure: what is worth knowing before one is made. */
export function notesOf(group: ReplicationGroup): string[] {
  const fork =
    'a snapshot needs memory besides the data (reserved-memory-percent 25 is what AWS advises); where it is short, writes wait or the snapshot fails';
  const { fromPrimary } = sourceOf(group);
  return fromPrimary ? [`there is no replica: ${fork}, on the node that takes the writes`] : [fork];
}
