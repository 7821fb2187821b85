import type { ModifyReplicationGroupMessage, ReplicationGroup } from '@aws-sdk/client-elasticache';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Due, Steps, Truth } from '../change.ts';
import { groupOf, invalidCombination, mustBeAvailable, replicasOf, withPrimary } from './group.ts';

/**
 * ModifyReplicationGroup, of automatic failover, Multi-AZ and the primary: available → modifying → available.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html,
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.PromoteReplica.html
 */
export function modifyGroup(truth: Truth, input: ModifyReplicationGroupMessage): Change {
  const group = groupOf(truth, input.ReplicationGroupId);
  const { ReplicationGroupId: resource = '' } = group;
  mustBeAvailable(group);
  refuseOthers(input);
  refuseCombinations(group, input);
  const pending = pendingOf(group, input);
  if (!input.ApplyImmediately) return { groups: [{ ...group, PendingModifiedValues: pending }] };
  return {
    groups: [{ ...group, ...onTheWay(group, input), Status: 'modifying', PendingModifiedValues: pending }],
    due: [dueOf(resource, pending.PrimaryClusterId, input.MultiAZEnabled)],
  };
}

function dueOf(resource: string, primary: string | undefined, multiZone: boolean | undefined): Due {
  if (primary !== undefined)
    return { after: 'groupModifies', step: { name: 'group-changes-primary', resource, to: primary } };
  const to = multiZone === undefined ? {} : { to: multiZone ? 'enabled' : 'disabled' };
  return { after: 'groupModifies', step: { name: 'group-modified', resource, ...to } };
}

export const modifyGroupSteps: Steps = {
  'group-changes-primary': (_, step) => ({
    move: {
      resource: step.resource,
      to: step.to ?? '',
      otherwise: { name: 'group-modified', resource: step.resource },
    },
    due: [{ after: 'groupChangesPrimary', step: { ...step, name: 'group-changed-primary' } }],
  }),
  'group-changed-primary': (truth, { resource, to = '' }) => {
    const group = groupOf(truth, resource);
    const shard = group.NodeGroups?.[0]?.NodeGroupId ?? '';
    return { groups: [settled(truth, withPrimary(group, shard, to), undefined)] };
  },
  'group-modified': (truth, { resource, to }) => ({ groups: [settled(truth, groupOf(truth, resource), to)] }),
};

/** At the end of a modification nothing is on the way any more. */
function settled({ trouble }: Truth, group: ReplicationGroup, multiZone: string | undefined): ReplicationGroup {
  const { PendingModifiedValues: _, ...rest } = group;
  const { ReplicationGroupId: id = '', AutomaticFailover: failover } = group;
  const isEnabled = failover === 'enabling' && !trouble.strikes('stays-disabled', id);
  const reached = isEnabled ? 'enabled' : 'disabled';
  const isOnTheWay = failover === 'enabling' || failover === 'disabling';
  const isRefusedQuietly = failover === 'enabling' && !isEnabled;
  return {
    ...rest,
    AutomaticFailover: isOnTheWay ? reached : failover,
    Status: 'available',
    ...(multiZone === undefined
      ? {}
      : { MultiAZ: multiZone === 'enabled' && !isRefusedQuietly ? 'enabled' : 'disabled' }),
  };
}

function onTheWay({ AutomaticFailover }: ReplicationGroup, input: ModifyReplicationGroupMessage) {
  const { AutomaticFailoverEnabled: wanted } = input;
  if (wanted === undefined || AutomaticFailover === (wanted ? 'enabled' : 'disabled')) return {};
  return { AutomaticFailover: wanted ? ('enabling' as const) : ('disabling' as const) };
}

function pendingOf(group: ReplicationGroup, input: ModifyReplicationGroupMessage) {
  const { PrimaryClusterId, AutomaticFailoverEnabled: failover } = input;
  return {
    ...group.PendingModifiedValues,
    ...(PrimaryClusterId === undefined ? {} : { PrimaryClusterId }),
    ...(failover === undefined
      ? {}
      : { AutomaticFailoverStatus: failover ? ('enabled' as const) : ('disabled' as const) }),
  };
}

/** The codes are those of ElastiCache; the first sentence is its own, too. */
function refuseCombinations(group: ReplicationGroup, input: ModifyReplicationGroupMessage): void {
  const { ReplicationGroupId: id, ClusterEnabled } = group;
  const failover = input.AutomaticFailoverEnabled ?? group.AutomaticFailover === 'enabled';
  const multiZone = input.MultiAZEnabled ?? group.MultiAZ === 'enabled';
  if (ClusterEnabled && !failover)
    throw invalidCombination(
      'Turning off automatic failover for replication group with cluster mode enabled is not supported.',
    );
  if (multiZone && !failover) throw invalidCombination(`Multi-AZ of ${id} needs automatic failover.`);
  if (input.PrimaryClusterId !== undefined) refusePrimary(group, input.PrimaryClusterId);
  const replicas = group.NodeGroups?.flatMap(replicasOf) ?? [];
  if (failover && replicas.length === 0)
    throw new CloudRefusal('InvalidParameterValue', `Must have at least 1 replica with automatic failover.`);
}

/** It is what is so now that counts, not what the same order asks for. */
function refusePrimary(group: ReplicationGroup, wanted: string): void {
  const { ReplicationGroupId: id, ClusterEnabled, NodeGroups = [], AutomaticFailover } = group;
  if (ClusterEnabled) throw invalidCombination(`${id} has cluster mode enabled: no order names its primaries.`);
  if (AutomaticFailover === 'enabled')
    throw invalidCombination(`${wanted} cannot be promoted while automatic failover of ${id} is enabled.`);
  const known = NodeGroups.flatMap(({ NodeGroupMembers = [] }) => NodeGroupMembers);
  if (!known.some(({ CacheClusterId }) => CacheClusterId === wanted))
    throw new CloudRefusal('InvalidParameterValue', `${wanted} is no node of ${id}.`);
}

/** What the stand-in would forget, it does not take. */
function refuseOthers(input: ModifyReplicationGroupMessage): void {
  const known = [
    'ReplicationGroupId',
    'AutomaticFailoverEnabled',
    'MultiAZEnabled',
    'PrimaryClusterId',
    'ApplyImmediately',
  ];
  const other = Object.keys(input).find((name) => !known.includes(name));
  if (other) throw new CloudRefusal('InvalidParameterValue', `The stand-in does not modify ${other}.`);
}
