import type { RedisMetric } from '../../targets/machine.ts';
import type { MetricSource } from '../cloud-metrics.ts';

/**
 * What CloudWatch has of a node, by the identifier of the node and not of its group.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.HostLevel.html
 */
export const nodeMetrics: MetricSource<RedisMetric> = {
  namespace: 'AWS/ElastiCache',
  dimension: 'CacheClusterId',
  lines: [
    { metric: 'engineCpuPercent', name: 'EngineCPUUtilization', stat: 'Average' },
    { metric: 'cpuPercent', name: 'CPUUtilization', stat: 'Average' },
    { metric: 'cpuCredits', name: 'CPUCreditBalance', stat: 'Minimum' },
    { metric: 'memoryPercent', name: 'DatabaseMemoryUsagePercentage', stat: 'Maximum' },
    { metric: 'freeMemoryBytes', name: 'FreeableMemory', stat: 'Average' },
    { metric: 'swapBytes', name: 'SwapUsage', stat: 'Average' },
    { metric: 'evictions', name: 'Evictions', stat: 'Sum' },
    { metric: 'connections', name: 'CurrConnections', stat: 'Maximum' },
    { metric: 'replicationLagSeconds', name: 'ReplicationLag', stat: 'Average' },
    { metric: 'networkInExceeded', name: 'NetworkBandwidthInAllowanceExceeded', stat: 'Sum' },
    { metric: 'networkOutExceeded', name: 'NetworkBandwidthOutAllowanceExceeded', stat: 'Sum' },
    { metric: 'packetsExceeded', name: 'NetworkPacketsPerSecondAllowanceExceeded', stat: 'Sum' },
  ],
};
