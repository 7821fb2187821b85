import {
  GetMetricData$,
  type GetMetricDataInput,
  type GetMetricDataOutput,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { CloudModel, PublishedMetric } from './model.ts';
import { operation, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const cloudwatchOperations: CloudOperations = {
  GetMetricData: operation<GetMetricDataInput, GetMetricDataOutput>(GetMetricData$, metricData),
};

const MOST_QUERIES = 500;

function metricData(input: GetMetricDataInput, model: CloudModel, nowMs: number): GetMetricDataOutput {
  const { MetricDataQueries: queries = [], StartTime, EndTime } = input;
  if (queries.length > MOST_QUERIES)
    throw invalid(`The collection MetricDataQueries must have at most ${MOST_QUERIES}`);
  if (!StartTime || !EndTime || StartTime >= EndTime)
    throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const ids = queries.map(({ Id }) => Id);
  if (new Set(ids).size !== ids.length)
    throw invalid('The values for parameter id in MetricDataQueries are not unique.');
  const newestFirst = input.ScanBy !== 'TimestampAscending';
  const span = { startMs: StartTime.getTime(), endMs: Math.min(EndTime.getTime(), nowMs) };
  return { MetricDataResults: queries.map((query) => resultOf(query, model, span, newestFirst)), Messages: [] };
}

type Span = { startMs: number; endMs: number };

/** A metric that nobody publishes is no error: it has no datapoints. */
function resultOf(query: MetricDataQuery, model: CloudModel, span: Span, newestFirst: boolean): MetricDataResult {
  const { Id = '', MetricStat: stat } = query;
  if (!/^[a-z]\w*$/.test(Id)) throw invalid(`The value ${Id} for parameter Id is not matching the expected pattern`);
  if (!stat?.Metric) throw invalid('MetricStat is the only kind of query here');
  const { Period = 0, Stat = '' } = stat;
  if (Period <= 0 || Period % 60 !== 0) throw invalid('The parameter Period must be a multiple of 60');
  const { Namespace, MetricName, Dimensions = [] } = stat.Metric;
  const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
  const metric = model.metrics.find(
    (one) => one.namespace === Namespace && one.name === MetricName && same(one.dimensions, dimensions),
  );
  const points = metric ? pointsOf(metric, span, Period, Stat) : [];
  const ordered = newestFirst ? points.toReversed() : points;
  return {
    Id,
    Label: MetricName,
    Timestamps: ordered.map(({ atMs }) => new Date(atMs)),
    Values: ordered.map(({ value }) => value),
    StatusCode: 'Complete',
  };
}

function same(a: PublishedMetric['dimensions'], b: PublishedMetric['dimensions']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function pointsOf(metric: PublishedMetric, { startMs, endMs }: Span, period: number, stat: string) {
  const periodMs = period * 1000;
  const points: { atMs: number; value: number }[] = [];
  for (let atMs = Math.ceil(startMs / periodMs) * periodMs; atMs + periodMs <= endMs; atMs += periodMs) {
    const samples = samplesIn(metric, atMs, atMs + periodMs);
    if (samples.length > 0) points.push({ atMs, value: statistic(samples, stat) });
  }
  return points;
}

function samplesIn({ everySeconds, value }: PublishedMetric, fromMs: number, untilMs: number): number[] {
  const stepMs = everySeconds * 1000;
  const samples: number[] = [];
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs < untilMs; atMs += stepMs)
    samples.push(typeof value === 'number' ? value : value(atMs));
  return samples;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
function statistic(samples: readonly number[], stat: string): number {
  const sum = samples.reduce((total, one) => total + one, 0);
  const percentile = /^p(\d{1,2}(?:\.\d+)?)$/.exec(stat)?.[1];
  if (percentile !== undefined) {
    const sorted = samples.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor((Number(percentile) / 100) * sorted.length))] ?? 0;
  }
  switch (stat) {
    case 'Average':
      return sum / samples.length;
    case 'Sum':
      return sum;
    case 'Minimum':
      return Math.min(...samples);
    case 'Maximum':
      return Math.max(...samples);
    case 'SampleCount':
      return samples.length;
    default:
      throw invalid(`The value ${stat} for parameter Stat is not supported`);
  }
}

function invalid(message: string): CloudRefusal {
  return new CloudRefusal('ValidationError', message);
}
