import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  DescribeUpdateActionsCommand,
  ElastiCacheClient,
  type CacheCluster,
  type ReplicationGroup,
  type UpdateAction,
} from '@aws-sdk/client-elasticache';
import type { RedisCloud, RedisHosting } from '../../targets/cloud.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { askCloud, UnknownIdentifier } from '../ask-cloud.ts';
import { cloudClient, type CloudAccess, type CloudClient } from '../cloud-access.ts';
import { onceOnly } from '../once-only.ts';
import { measure, METRICS_RIGHT, type Measurable } from '../cloud-metrics.ts';
import { nodeMetrics } from './metrics.ts';
import { groupNameOf, nodeOf } from './nodes.ts';
import { openRestore } from './restore/open.ts';
import { openSnapshots } from './snapshots/open.ts';
import { openSwitchover } from './switchover/open.ts';

const RIGHTS = [
  { action: 'elasticache:DescribeReplicationGroups', resource: 'replicationgroup:*' },
  { action: 'elasticache:DescribeCacheClusters', resource: 'cluster:*' },
  { action: 'elasticache:DescribeUpdateActions', resource: 'replicationgroup:*' },
] as const;

/** What ElastiCache and CloudWatch know of the replication group of a target: at most four calls, none of them twice. */
export function openCloud(spec: TargetSpec, access: CloudAccess): RedisCloud {
  const settings = cloudClient(spec, access);
  const client = settings && new ElastiCacheClient(settings);
  return {
    engine: 'redis',
    name: spec.name,
    now: access.now,
    hosting: onceOnly(() => askCloud(spec, access, RIGHTS, (asked) => groupOf(asked, spec))),
    // Memory is judged by the share that data may use, which CloudWatch tells.
    sizes: async () => ({ sample: [] }),
    // A node has no disk that could fill up.
    disks: async () => ({ sample: [] }),
    machines: onceOnly(() =>
      askCloud(spec, access, [METRICS_RIGHT], (asked) =>
        measure(
          asked,
          measurablesOf(spec).map((who) => ({ who, source: nodeMetrics })),
          access.now(),
        ),
      ),
    ),
    ...(client
      ? {
          restore: openRestore({ spec, access, settings, client }),
          snapshots: openSnapshots({ spec, access, settings, client }),
          switchover: openSwitchover({ spec, access, settings, client }),
        }
      : {}),
    close: () => client?.destroy(),
  };
}

async function groupOf(settings: CloudClient, spec: TargetSpec): Promise<RedisHosting> {
  const client = new ElastiCacheClient(settings);
  try {
    return await hostingOf(client, spec);
  } finally {
    client.destroy();
  }
}

function measurablesOf(spec: TargetSpec): Measurable[] {
  return spec.members.map((member) => ({ member: member.name, identifier: nodeOf(member) }));
}

async function hostingOf(client: ElastiCacheClient, spec: TargetSpec): Promise<RedisHosting> {
  const ReplicationGroupId = groupNameOf(spec);
  const [{ ReplicationGroups: [group] = [] }, { UpdateActions = [] }] = await Promise.all([
    client.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId })),
    client.send(
      new DescribeUpdateActionsCommand({
        ReplicationGroupIds: [ReplicationGroupId],
        UpdateActionStatus: ['not-applied', 'waiting-to-start', 'scheduled'],
      }),
    ),
  ]);
  if (!group) throw new UnknownIdentifier(`ElastiCache knows no replication group ${ReplicationGroupId}`);
  const [CacheClusterId] = group.MemberClusters ?? [];
  const { CacheClusters: [node] = [] } =
    CacheClusterId === undefined ? {} : await client.send(new DescribeCacheClustersCommand({ CacheClusterId }));
  return toldOf(ReplicationGroupId, group, node, UpdateActions);
}

/** Pure: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html */
function toldOf(
  name: string,
  group: ReplicationGroup,
  node: CacheCluster | undefined,
  updates: readonly UpdateAction[],
): RedisHosting {
  const { Status: status = 'unknown', SnapshotRetentionLimit: backupDays = 0, SnapshotWindow: window } = group;
  return {
    group: name,
    status,
    nodes: group.MemberClusters?.length ?? 0,
    multiZone: group.MultiAZ === 'enabled',
    automaticFailover: group.AutomaticFailover === 'enabled',
    encryptedAtRest: group.AtRestEncryptionEnabled === true,
    encryptedInTransit: group.TransitEncryptionEnabled === true,
    backupDays,
    backupWindow: backupDays > 0 && window !== undefined ? window : null,
    ...nodeTold(node),
    pending: updates.map(waiting),
  };
}

function nodeTold(node: CacheCluster = {}): Pick<RedisHosting, 'version' | 'maintenanceWindow'> {
  return { version: node.EngineVersion ?? '', maintenanceWindow: node.PreferredMaintenanceWindow ?? null };
}

function waiting(update: UpdateAction): RedisHosting['pending'][number] {
  return {
    name: update.ServiceUpdateName ?? '',
    severity: update.ServiceUpdateSeverity ?? 'unknown',
    kind: update.ServiceUpdateType ?? '',
    applyBy: update.ServiceUpdateRecommendedApplyByDate?.toISOString() ?? null,
  };
}
