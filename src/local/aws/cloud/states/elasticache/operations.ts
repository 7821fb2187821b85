import {
  AddTagsToResource$,
  CreateReplicationGroup$,
  CreateSnapshot$,
  DescribeEvents$,
  ModifyReplicationGroup$,
  TestFailover$,
  type AddTagsToResourceMessage,
  type CreateReplicationGroupMessage,
  type CreateReplicationGroupResult,
  type CreateSnapshotMessage,
  type CreateSnapshotResult,
  type DescribeEventsMessage,
  type EventsMessage,
  type ModifyReplicationGroupMessage,
  type ModifyReplicationGroupResult,
  type SourceType,
  type TestFailoverMessage,
  type TagListMessage,
  type TestFailoverResult,
} from '@aws-sdk/client-elasticache';
import { operation, page, type CloudOperations } from '../../operation.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { eventsIn, type CloudEvent } from '../event.ts';
import type { World } from '../world.ts';
import { createGroup, createGroupSteps } from './create-group.ts';
import { groupOf, shown } from './group.ts';
import { modifyGroup, modifyGroupSteps } from './modify-group.ts';
import { cacheSnapshotOf, cacheSnapshotSteps, createCacheSnapshot } from './snapshot.ts';
import { cacheSnapshotActs, exportSteps } from './snapshot-acts.ts';
import { testFailover, testFailoverSteps } from './test-failover.ts';

export const elasticacheSteps: Steps = {
  ...testFailoverSteps,
  ...modifyGroupSteps,
  ...cacheSnapshotSteps,
  ...createGroupSteps,
  ...exportSteps,
};

/** The verbs of ElastiCache, and what it tells of its events by now. */
export function elasticacheActs(world: World, told: () => readonly CloudEvent[]): CloudOperations {
  /** What is answered is the group as it is right after the order. */
  const groupAfter = <Input extends { ReplicationGroupId: string | undefined }>(
    decide: (truth: Truth, input: Input) => Change,
  ) => {
    return (input: Input) => {
      world.apply(decide(world.truth(), input));
      return { ReplicationGroup: shown(groupOf(world.truth(), input.ReplicationGroupId)) };
    };
  };
  return {
    ...cacheSnapshotActs(world),
    DescribeEvents: operation<DescribeEventsMessage, EventsMessage>(DescribeEvents$, (input) =>
      describeEvents(input, told(), world.nowMs()),
    ),
    CreateSnapshot: operation<CreateSnapshotMessage, CreateSnapshotResult>(CreateSnapshot$, (input, model) => {
      world.apply(createCacheSnapshot(world.truth(), input));
      const made = cacheSnapshotOf(world.truth(), input.SnapshotName);
      // Describe… shows no tags.
      model.tags[made.ARN ?? ''] = input.Tags ?? [];
      return { Snapshot: made };
    }),
    CreateReplicationGroup: operation<CreateReplicationGroupMessage, CreateReplicationGroupResult>(
      CreateReplicationGroup$,
      (input, model) => {
        world.apply(createGroup(world.truth(), input));
        const made = shown(groupOf(world.truth(), input.ReplicationGroupId));
        model.tags[made.ARN ?? ''] = input.Tags ?? [];
        return { ReplicationGroup: made };
      },
    ),
    AddTagsToResource: operation<AddTagsToResourceMessage, TagListMessage>(AddTagsToResource$, (input, model) => {
      const { ResourceName: arn = '', Tags = [] } = input;
      const others = (model.tags[arn] ?? []).filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
      model.tags[arn] = [...others, ...Tags];
      return { TagList: model.tags[arn] };
    }),
    TestFailover: operation<TestFailoverMessage, TestFailoverResult>(TestFailover$, groupAfter(testFailover)),
    ModifyReplicationGroup: operation<ModifyReplicationGroupMessage, ModifyReplicationGroupResult>(
      ModifyReplicationGroup$,
      groupAfter(modifyGroup),
    ),
  };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html */
function describeEvents(input: DescribeEventsMessage, events: readonly CloudEvent[], nowMs: number): EventsMessage {
  const own = eventsIn(events, input, nowMs).filter(({ sourceType }) => !sourceType.startsWith('db-'));
  const { shown: Events, more } = page(own, input);
  return {
    Events: Events.map(({ source, sourceType, message, atMs }) => ({
      SourceIdentifier: source,
      SourceType: sourceType as SourceType,
      Message: message,
      Date: new Date(atMs),
    })),
    ...more,
  };
}
