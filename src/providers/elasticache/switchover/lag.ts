import type { CloudClient } from '../../cloud-access.ts';
import { measure, type MetricSource } from '../../cloud-metrics.ts';

/** In seconds, of each replica. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html */
const replicationLag: MetricSource<'lagSeconds'> = {
  namespace: 'AWS/ElastiCache',
  dimension: 'CacheClusterId',
  lines: [{ metric: 'lagSeconds', name: 'ReplicationLag', stat: 'Maximum' }],
};

/** How far CloudWatch says that each node is behind, in seconds; one that it does not tell of is missing. */
export async function lagOf(
  settings: CloudClient,
  nodes: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const asked = nodes.map((node) => ({ who: { member: node, identifier: node }, source: replicationLag }));
  const measured = await measure(settings, asked, nowMs);
  return new Map(
    measured.flatMap(({ identifier, measures: { lagSeconds } }) =>
      lagSeconds ? [[identifier, lagSeconds.latest] as const] : [],
    ),
  );
}
