import type { ReplicationGroup } from '@aws-sdk/client-elasticache';

/** A replication group as AWS shows it, which may lag behind. Nodes are named as ElastiCache names them. */
export type GroupSeen = {
  name: string;
  /** Empty where AWS does not tell. */
  arn: string;
  status: string;
  clusterMode: boolean;
  /** `enabling` and `disabling` are on the way. */
  automaticFailover: string;
  multiZone: boolean;
  /** Null where AWS names none: with cluster mode enabled it never does. */
  primary: string | null;
  replicas: readonly string[];
  /** Changes that wait for the maintenance window. */
  waiting: readonly string[];
  durability: string | null;
};

/** Pure: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html */
export function groupSeen(group: ReplicationGroup): GroupSeen {
  const members = (group.NodeGroups ?? []).flatMap(({ NodeGroupMembers = [] }) => NodeGroupMembers);
  const named = (role: string) =>
    members.flatMap(({ CacheClusterId: id, CurrentRole }) => (CurrentRole === role && id !== undefined ? [id] : []));
  const [primary = null] = named('primary');
  const waiting = Object.entries(group.PendingModifiedValues ?? {}).filter(([, value]) => value !== undefined);
  return {
    name: group.ReplicationGroupId ?? '',
    arn: group.ARN ?? '',
    status: group.Status ?? 'unknown',
    clusterMode: group.ClusterEnabled === true,
    automaticFailover: group.AutomaticFailover ?? 'disabled',
    multiZone: group.MultiAZ === 'enabled',
    primary,
    replicas: named('replica'),
    waiting: waiting.map(([name]) => name),
    durability: group.EffectiveDurability ?? null,
  };
}
