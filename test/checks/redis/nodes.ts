import { emptyCloud, type CloudModel, type PublishedMetric } from '../../../src/local/aws/cloud/model.ts';

const NODES = ['shop-cache-001', 'shop-cache-002'] as const;

/** A replication group of ElastiCache with nothing to complain about. */
export function healthyElasticache(): CloudModel {
  return {
    ...emptyCloud(),
    groups: [
      {
        ReplicationGroupId: 'shop-cache',
        Status: 'available',
        MemberClusters: [...NODES],
        AutomaticFailover: 'enabled',
        MultiAZ: 'enabled',
        AtRestEncryptionEnabled: true,
        TransitEncryptionEnabled: true,
        SnapshotRetentionLimit: 7,
        SnapshotWindow: '03:00-04:00',
        AutoMinorVersionUpgrade: true,
      },
    ],
    nodes: NODES.map((CacheClusterId) => ({
      CacheClusterId,
      ReplicationGroupId: 'shop-cache',
      Engine: 'redis',
      EngineVersion: '7.1.0',
      PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
    })),
    metrics: NODES.flatMap(nodeMetrics),
  };
}

function nodeMetrics(node: string): PublishedMetric[] {
  const values: Record<string, number> = {
    CPUUtilization: 15,
    EngineCPUUtilization: 20,
    DatabaseMemoryUsagePercentage: 40,
    FreeableMemory: 3 * 1024 ** 3,
    SwapUsage: 0,
    Evictions: 0,
    CurrConnections: 120,
    NetworkBandwidthInAllowanceExceeded: 0,
    NetworkBandwidthOutAllowanceExceeded: 0,
    NetworkPacketsPerSecondAllowanceExceeded: 0,
    ...(node.endsWith('002') ? { ReplicationLag: 0.2 } : {}),
  };
  return Object.entries(values).map(([name, value]) => ({
    namespace: 'AWS/ElastiCache',
    name,
    dimensions: { CacheClusterId: node },
    everySeconds: 60,
    value,
  }));
}
