import {
  DescribeCacheClusters$,
  DescribeReplicationGroups$,
  DescribeUpdateActions$,
  ListTagsForResource$,
  type CacheClusterMessage,
  type DescribeCacheClustersMessage,
  type DescribeReplicationGroupsMessage,
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
  if (!model.groups.some(({ ARN }) => ARN === arn))
    throw new CloudRefusal('ReplicationGroupNotFoundFault', `ReplicationGroup ${arn} not found.`, 404);
  return { TagList: model.tags[arn] ?? [] };
}
