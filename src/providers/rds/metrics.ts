import type { PostgresMetric } from '../../targets/machine.ts';
import type { MetricLine, MetricSource } from '../cloud-metrics.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
const everywhere: readonly MetricLine<PostgresMetric>[] = [
  { metric: 'cpuPercent', name: 'CPUUtilization', stat: 'Average' },
  { metric: 'cpuCredits', name: 'CPUCreditBalance', stat: 'Minimum' },
  { metric: 'freeMemoryBytes', name: 'FreeableMemory', stat: 'Average' },
  { metric: 'swapBytes', name: 'SwapUsage', stat: 'Average' },
  { metric: 'ioBalancePercent', name: 'EBSIOBalance%', stat: 'Minimum' },
  { metric: 'byteBalancePercent', name: 'EBSByteBalance%', stat: 'Minimum' },
  { metric: 'readsPerSecond', name: 'ReadIOPS', stat: 'Average' },
  { metric: 'writesPerSecond', name: 'WriteIOPS', stat: 'Average' },
  { metric: 'readLatencySeconds', name: 'ReadLatency', stat: 'Average' },
  { metric: 'writeLatencySeconds', name: 'WriteLatency', stat: 'Average' },
  { metric: 'queueDepth', name: 'DiskQueueDepth', stat: 'Average' },
  { metric: 'connections', name: 'DatabaseConnections', stat: 'Maximum' },
];

function source(lines: readonly MetricLine<PostgresMetric>[]): MetricSource<PostgresMetric> {
  return { namespace: 'AWS/RDS', dimension: 'DBInstanceIdentifier', lines };
}

/** What CloudWatch has of an instance with storage of its own. */
export const instanceMetrics = source([
  ...everywhere,
  { metric: 'freeStorageBytes', name: 'FreeStorageSpace', stat: 'Minimum' },
  { metric: 'burstBalancePercent', name: 'BurstBalance', stat: 'Minimum' },
]);

/** What it has of an instance of a cluster: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html */
export const clusterMemberMetrics = source([
  ...everywhere,
  { metric: 'freeLocalBytes', name: 'FreeLocalStorage', stat: 'Minimum' },
]);

/** And of its volume, by the name of the cluster, every five minutes. */
export const volumeMetrics: MetricSource<PostgresMetric> = {
  namespace: 'AWS/RDS',
  dimension: 'DBClusterIdentifier',
  lines: [{ metric: 'usedStorageBytes', name: 'VolumeBytesUsed', stat: 'Maximum' }],
};
