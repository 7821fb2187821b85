import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { CloudClient } from '../../cloud-access.ts';

/** How old the youngest point is that CloudWatch has of each instance, in seconds; null where it has none in the last quarter of an hour. */
export type Heartbeats = ReadonlyMap<string, number | null>;

export const HEARTBEAT_MINUTES = 15;

/**
 * When CloudWatch had a metric of each instance last. The machine publishes it, whatever its database does.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
 */
export async function heartbeatsOf(
  settings: CloudClient,
  identifiers: readonly string[],
  nowMs: number,
): Promise<Heartbeats> {
  const client = new CloudWatchClient(settings);
  try {
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(nowMs - HEARTBEAT_MINUTES * 60_000),
        EndTime: new Date(nowMs),
        ScanBy: 'TimestampDescending',
        MetricDataQueries: identifiers.map((identifier, index) => queryOf(`h${index}`, identifier)),
      }),
    );
    return new Map(
      identifiers.map((identifier, index) => {
        const [youngest] = MetricDataResults.find(({ Id }) => Id === `h${index}`)?.Timestamps ?? [];
        return [identifier, youngest ? (nowMs - youngest.getTime()) / 1000 : null];
      }),
    );
  } finally {
    client.destroy();
  }
}

function queryOf(Id: string, identifier: string) {
  const Metric = {
    Namespace: 'AWS/RDS',
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: 'DBInstanceIdentifier', Value: identifier }],
  };
  return { Id, MetricStat: { Metric, Period: 60, Stat: 'Average' } };
}
