import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Machine, Measured } from '../targets/machine.ts';
import type { CloudClient } from './cloud-access.ts';

/** A number of ours, its name in CloudWatch, and the statistic of each minute that is looked at. */
export type MetricLine<M extends string> = { metric: M; name: string; stat: string };

/** Who is measured: a member of the target, under the name that AWS has for it. */
export type Measurable = { member: string; identifier: string };

export type MetricSource<M extends string> = {
  namespace: string;
  /** The dimension that carries the identifier. */
  dimension: string;
  lines: readonly MetricLine<M>[];
};

/** Long enough for three points of what is measured every five minutes, and for points that come late. */
const WINDOW_MINUTES = 16;
const PERIOD_SECONDS = 60;
/** The last minute has often not come yet. */
const MEAN_SECONDS = 15 * 60;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const QUERIES_PER_CALL = 500;

/** The right that it needs; GetMetricData has no resources that could be named. */
export const METRICS_RIGHT = { action: 'cloudwatch:GetMetricData', resource: '*' } as const;

/** Who is measured, and by which metrics. */
export type Measuring<M extends string> = { who: Measurable; source: MetricSource<M> };

/** All metrics of all that is measured in one call (for every 500 of them). A metric without a point in the window is missing. */
export async function measure<M extends string>(
  settings: CloudClient,
  measured: readonly Measuring<M>[],
  nowMs: number,
): Promise<Machine<M>[]> {
  const asked = measured.flatMap(({ who, source }, index) =>
    source.lines.map((line, number) => queryOf(source, line, who, `m${index}_${number}`)),
  );
  const seen = await valuesOf(settings, asked, nowMs);
  return measured.map(({ who: { member, identifier }, source }, index) => {
    const measures: { [N in M]?: Measured } = {};
    for (const [number, { metric }] of source.lines.entries()) {
      const summary = summaryOf(seen.get(`m${index}_${number}`) ?? []);
      if (summary) measures[metric] = summary;
    }
    return { member, identifier, measures, overSeconds: MEAN_SECONDS };
  });
}

function queryOf<M extends string>(
  { namespace, dimension }: MetricSource<M>,
  { name, stat }: MetricLine<M>,
  { identifier }: Measurable,
  Id: string,
): MetricDataQuery {
  const Metric = { Namespace: namespace, MetricName: name, Dimensions: [{ Name: dimension, Value: identifier }] };
  return { Id, MetricStat: { Metric, Period: PERIOD_SECONDS, Stat: stat } };
}

async function valuesOf(
  settings: CloudClient,
  queries: readonly MetricDataQuery[],
  nowMs: number,
): Promise<Map<string, readonly number[]>> {
  const client = new CloudWatchClient(settings);
  const span = { StartTime: new Date(nowMs - WINDOW_MINUTES * 60_000), EndTime: new Date(nowMs) };
  const seen = new Map<string, readonly number[]>();
  try {
    for (let from = 0; from < queries.length; from += QUERIES_PER_CALL) {
      const MetricDataQueries = queries.slice(from, from + QUERIES_PER_CALL);
      const { MetricDataResults = [] } = await client.send(
        new GetMetricDataCommand({ ...span, MetricDataQueries, ScanBy: 'TimestampDescending' }),
      );
      for (const { Id = '', Values = [], StatusCode } of MetricDataResults) {
        if (StatusCode === 'InternalError' || StatusCode === 'Forbidden')
          throw new Error(`CloudWatch answered ${StatusCode} for a metric`);
        seen.set(Id, Values);
      }
    }
  } finally {
    client.destroy();
  }
  return seen;
}

/** Pure: the newest value first. */
function summaryOf(values: readonly number[]): Measured | undefined {
  const [latest] = values;
  if (latest === undefined) return undefined;
  return {
    latest,
    lowest: Math.min(...values),
    highest: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    points: values.length,
  };
}
