import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { RDSClient } from '@aws-sdk/client-rds';
import {
  startActingCloud,
  type ActingCloud,
  type ActingCloudOptions,
} from '../../../../../src/local/aws/cloud/states/start.ts';
import { healthyRds } from '../orders.ts';
import { emptyCloud, type CloudModel } from '../../../../../src/local/aws/cloud/model.ts';

export const NIGHT_MS = Date.parse('2026-11-28T02:00:00Z');
export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;

export type Acting = ActingCloud & { model: CloudModel; rds: RDSClient; elasticache: ElastiCacheClient };

/** The stand-in at two in the night, with the official clients; they do not try again. */
export async function startActing(options: ActingCloudOptions): Promise<Acting> {
  const cloud = await startActingCloud({ startMs: NIGHT_MS, ...options });
  const settings = {
    endpoint: cloud.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const clients = { rds: new RDSClient(settings), elasticache: new ElastiCacheClient(settings) };
  return { ...cloud, model: options.model, ...clients };
}

export const ZONES = { AvailabilityZone: 'eu-central-1a', SecondaryAvailabilityZone: 'eu-central-1b' };

/** `orders-1`, Multi-AZ, and `orders-2`, which has no standby. */
export function twoInstances(): CloudModel {
  const model = healthyRds('orders-1', 'orders-2');
  const [one, two] = model.instances;
  return {
    ...model,
    instances: [
      { ...one, ...ZONES },
      { ...two, MultiAZ: false, AvailabilityZone: 'eu-central-1a' },
    ],
  };
}

/** Aurora: `shop` with the writer `shop-1` and the readers `shop-2` (tier 1) and `shop-3` (tier 0, same zone as the writer). */
export function auroraCluster(): CloudModel {
  const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1a'];
  const tiers = [1, 1, 0];
  const model = healthyRds('shop-1', 'shop-2', 'shop-3');
  return {
    ...emptyCloud(),
    instances: model.instances.map((one, at) => ({
      ...one,
      MultiAZ: false,
      Engine: 'aurora-postgresql',
      DBClusterIdentifier: 'shop',
      ...(zones[at] === undefined ? {} : { AvailabilityZone: zones[at] }),
    })),
    clusters: [
      {
        DBClusterIdentifier: 'shop',
        Status: 'available',
        Engine: 'aurora-postgresql',
        DBClusterMembers: model.instances.map(({ DBInstanceIdentifier }, at) => ({
          DBInstanceIdentifier,
          IsClusterWriter: at === 0,
          PromotionTier: tiers[at],
        })),
      },
    ],
  };
}

function shard(NodeGroupId: string, nodes: readonly string[]) {
  const zones = ['eu-central-1a', 'eu-central-1b'];
  return {
    NodeGroupId,
    Status: 'available',
    NodeGroupMembers: nodes.map((CacheClusterId, at) => ({
      CacheClusterId,
      CacheNodeId: '0001',
      CurrentRole: at === 0 ? 'primary' : 'replica',
      PreferredAvailabilityZone: zones[at],
    })),
  };
}

export const CACHE_ARN = 'arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:shop-cache';

/** `shop-cache`, cluster mode disabled: the primary `shop-cache-001` and the replica `shop-cache-002`. */
export function cacheGroup(): CloudModel {
  const MemberClusters = ['shop-cache-001', 'shop-cache-002'];
  return {
    ...emptyCloud(),
    groups: [
      {
        ReplicationGroupId: 'shop-cache',
        ARN: CACHE_ARN,
        Status: 'available',
        AutomaticFailover: 'enabled',
        MultiAZ: 'enabled',
        ClusterEnabled: false,
        MemberClusters,
        NodeGroups: [shard('0001', MemberClusters)],
      },
    ],
  };
}

/** `shop-cache`, cluster mode enabled: two shards of two nodes. */
export function clusteredCache(): CloudModel {
  const model = cacheGroup();
  const NodeGroups = ['0001', '0002'].map((id) => shard(id, [`shop-cache-${id}-001`, `shop-cache-${id}-002`]));
  return { ...model, groups: model.groups.map((one) => ({ ...one, ClusterEnabled: true, NodeGroups })) };
}
