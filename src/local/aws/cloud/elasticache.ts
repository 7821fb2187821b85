import {
  DescribeCacheClusters$,
  DescribeReplicationGroups$,
  DescribeSnapshots$,
  DescribeUpdateActions$,
  ListTagsForResource$,
  type CacheClusterMessage,
  type DescribeCacheClustersMessage,
  type DescribeReplicationGroupsMessage,
  type DescribeSnapshotsListMessage,
  type DescribeSnapshotsMessage,
  type DescribeUpdateActionsMessage,
  type ListTagsForResourceMessage,
  type ReplicationGroupMessage,
  type TagListMessage,
  type UpdateActionsMessage,
} from '@aws-sdk/client-elasticache';
import type { CloudModel } from './model.ts';
import { operation, page, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** What ElastiCache answers: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Operations.html */
export const elasticacheOperations: CloudOperations = {
  DescribeCacheClusters: operation<DescribeCacheClustersMessage, CacheClusterMessage>(DescribeCacheClusters$, nodes),
  DescribeReplicationGroups: operation<DescribeReplicationGroupsMessage, ReplicationGroupMessage>(
    DescribeReplicationGroups$,
    groups,
  ),
  DescribeSnapshots: operation<DescribeSnapshotsMessage, DescribeSnapshotsListMessage>(DescribeSnapshots$, snapshots),
  ListTagsForResource: operation<ListTagsForResourceMessage, TagListMessage>(ListTagsForResource$, tags),
  DescribeUpdateActions: operation<DescribeUpdateActionsMessage, UpdateActionsMessage>(DescribeUpdateActions$, updates),
};

function nodes(input: DescribeCacheClustersMessage, model: CloudModel): CacheClusterMessage {
  const { CacheClusterId: id } = input;
  const found = model.nodes.filter((one) => id === undefined || one.CacheClusterId === id);
  if (id !== undefined && found.length === 0)
    throw new CloudRefusal('CacheClusterNotFound', `CacheCluster not found: ${id}`, 404);
  const { shown, more } = page(found, input);
  return { CacheClusters: shown, ...more };
}

function groups(input: DescribeReplicationGroupsMessage, model: CloudModel): ReplicationGroupMessage {
  const { ReplicationGroupId: id } = input;
  const found = model.groups.filter((one) => id === undefined || one.ReplicationGroupId === id);
  if (id !== undefined && found.length === 0)
    throw new CloudRefusal('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`, 404);
  const { shown, more } = page(found, input);
  return { ReplicationGroups: shown, ...more };
}

function snapshots(input: DescribeSnapshotsMessage, model: CloudModel): DescribeSnapshotsListMessage {
  const { SnapshotName: name, ReplicationGroupId: group, CacheClusterId: node, SnapshotSource: source } = input;
  const found = model.cacheSnapshots.filter(
    (one) =>
      (name === undefined || one.SnapshotName === name) &&
      (group === undefined || one.ReplicationGroupId === group) &&
      (node === undefined || one.CacheClusterId === node) &&
      (source === undefined || one.SnapshotSource === (source === 'user' ? 'manual' : 'automated')),
  );
  if (name !== undefined && found.length === 0)
    throw new CloudRefusal('SnapshotNotFoundFault', `Snapshot ${name} not found.`, 404);
  const { shown, more } = page(found, { ...input, MaxRecords: input.MaxRecords ?? 50 });
  return { Snapshots: shown, ...more };
}

function updates(input: DescribeUpdateActionsMessage, model: CloudModel): UpdateActionsMessage {
  const { ReplicationGroupIds: ids, UpdateActionStatus: states } = input;
  const found = model.updates.filter(
    ({ ReplicationGroupId = '', UpdateActionStatus: state }) =>
      (ids === undefined || ids.includes(ReplicationGroupId)) &&
      (states === undefined || (state !== undefined && states.includes(state))),
  );
  const { shown, more } = page(found, input);
  return { UpdateActions: shown, ...more };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html */
function tags({ ResourceName: arn = '' }: ListTagsForResourceMessage, model: CloudModel): TagListMessage {
  if (![...model.groups, ...model.cacheSnapshots].some(({ ARN }) => ARN === arn))
    throw new CloudRefusal('ReplicationGroupNotFoundFault', `ReplicationGroup ${arn} not found.`, 404);
  return { TagList: model.tags[arn] ?? [] };
}
