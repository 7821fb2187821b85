import type { TestFailoverMessage } from '@aws-sdk/client-elasticache';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { recently, type Notice } from '../event.ts';
import { bindingOf, groupOf, mustBeAvailable, primaryOf, replicasOf, shardOf, withPrimary } from './group.ts';

/** Shards in any 24 hours. https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html */
const MOST_SHARDS = 15;
const A_DAY_MS = 24 * 3_600_000;

const CALLED = 'Test Failover API called for node group ';

/**
 * TestFailover of one shard: available → modifying → available, with the five events of the API's own page in their order. The
 * group is available for the next shard only after the last of them.
 */
export function testFailover(truth: Truth, input: TestFailoverMessage): Change {
  const group = groupOf(truth, input.ReplicationGroupId);
  const shard = shardOf(group, input.NodeGroupId);
  const { ReplicationGroupId: resource = '', AutomaticFailover } = group;
  const { NodeGroupId: id = '' } = shard;
  if (truth.trouble.strikes('blocked', resource))
    throw new CloudRefusal('TestFailoverNotAvailableFault', 'TestFailover is not available now.');
  mustBeAvailable(group);
  const [to] = replicasOf(shard);
  if (AutomaticFailover !== 'enabled' || !to?.CacheClusterId)
    throw new CloudRefusal(
      'InvalidReplicationGroupState',
      `Replication group ${resource} has no automatic failover, or shard ${id} no replica.`,
    );
  refuseTooMany(truth);
  return {
    groups: [{ ...group, Status: 'modifying' }],
    notices: [ofGroup(resource, `${CALLED}${id}`)],
    due: [
      { after: 'testFailoverBegins', step: { name: 'shard-fails-over', resource, shard: id, to: to.CacheClusterId } },
    ],
  };
}

/** Every call counts as a shard, over all groups of the account. */
function refuseTooMany({ events, nowMs }: Truth): void {
  const calls = recently(events, ({ message }) => message.startsWith(CALLED), { nowMs, withinMs: A_DAY_MS });
  if (calls.length >= MOST_SHARDS)
    throw new CloudRefusal(
      'APICallRateForCustomerExceeded',
      'The customer has exceeded the allowed rate of API calls.',
    );
}

export const testFailoverSteps: Steps = {
  'shard-fails-over': (truth, step) => ({
    move: {
      resource: bindingOf(groupOf(truth, step.resource), step.shard ?? ''),
      to: step.to ?? '',
      otherwise: { ...step, name: 'shard-stays' },
    },
    due: [{ after: 'shardTakesOver', step: { ...step, name: 'shard-failed-over' } }],
  }),
  'shard-stays': (truth, { resource }) => ({ groups: [{ ...groupOf(truth, resource), Status: 'available' }] }),
  'shard-failed-over': (truth, step) => {
    const { resource, shard = '', to = '' } = step;
    const group = groupOf(truth, resource);
    const former = primaryOf(shardOf(group, shard));
    const message = `Failover from primary node ${former} to replica node ${to} completed`;
    return {
      groups: [withPrimary(group, shard, to)],
      notices: [ofNode(to, message), ofGroup(resource, message)],
      due: [{ after: 'recoveryBegins', step: { ...step, name: 'shard-recovers', to: former } }],
    };
  },
  'shard-recovers': (_, step) => ({
    notices: [ofNode(step.to ?? '', `Recovering cache nodes ${step.to}`)],
    due: [{ after: 'recoveryEnds', step: { ...step, name: 'shard-recovered' } }],
  }),
  'shard-recovered': (truth, { resource, to = '' }) => ({
    groups: [{ ...groupOf(truth, resource), Status: 'available' }],
    notices: [ofNode(to, `Finished recovery for cache nodes ${to}`)],
  }),
};

function ofGroup(source: string, message: string): Notice {
  return { sourceType: 'replication-group', source, message, categories: [] };
}

function ofNode(source: string, message: string): Notice {
  return { sourceType: 'cache-cluster', source, message, categories: [] };
}
