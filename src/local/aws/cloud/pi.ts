import {
  GetResourceMetrics$,
  type GetResourceMetricsRequest,
  type GetResourceMetricsResponse,
  type MetricKeyDataPoints,
  type MetricQuery,
} from '@aws-sdk/client-pi';
import type { CloudModel, PublishedLoad } from './model.ts';
import { operation, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** https://docs.aws.amazon.com/performance-insights/latest/APIReference/API_GetResourceMetrics.html */
export const piOperations: CloudOperations = {
  GetResourceMetrics: operation<GetResourceMetricsRequest, GetResourceMetricsResponse>(GetResourceMetrics$, metrics),
};

const PERIODS = [1, 60, 300, 3600, 86_400];
const MOST_QUERIES = 15;
const MOST_VALUES = 25;

function metrics(input: GetResourceMetricsRequest, model: CloudModel, nowMs: number): GetResourceMetricsResponse {
  const { Identifier = '', StartTime, EndTime, MetricQueries = [], PeriodInSeconds = 60 } = input;
  const why = whyInvalid(input, model);
  if (why !== undefined || !StartTime || !EndTime) throw invalid(why ?? 'StartTime and EndTime are missing');
  const loads = model.loads.filter(({ resource }) => resource === Identifier);
  const times: number[] = [];
  const untilMs = Math.min(EndTime.getTime(), nowMs);
  // The default alignment names a period by its end.
  for (let atMs = StartTime.getTime() + PeriodInSeconds * 1000; atMs <= untilMs; atMs += PeriodInSeconds * 1000)
    times.push(atMs);
  const MetricList = MetricQueries.flatMap((query) => answered(query, loads, times));
  return { AlignedStartTime: StartTime, AlignedEndTime: EndTime, Identifier, MetricList };
}

function whyInvalid(input: GetResourceMetricsRequest, model: CloudModel): string | undefined {
  const { ServiceType, Identifier, StartTime = 0, EndTime = 0, MetricQueries: queries = [], PeriodInSeconds } = input;
  const instance = model.instances.find(({ DbiResourceId }) => DbiResourceId === Identifier);
  if (ServiceType !== 'RDS') return `${ServiceType} is not emulated`;
  if (instance?.PerformanceInsightsEnabled !== true) return `${Identifier} has no Performance Insights`;
  if (!PERIODS.includes(PeriodInSeconds ?? 60)) return `PeriodInSeconds ${PeriodInSeconds} is not valid`;
  if (queries.length === 0 || queries.length > MOST_QUERIES) return '1 to 15 MetricQueries';
  return StartTime >= EndTime ? 'StartTime must be earlier than EndTime' : undefined;
}

/** All sessions first, without dimensions, then the largest values of the dimension. */
function answered({ Metric, GroupBy }: MetricQuery, loads: readonly PublishedLoad[], times: readonly number[]) {
  if (Metric !== 'db.load.avg') throw invalid(`${Metric} is not emulated`);
  const total = loads.filter(({ group }) => group === 'db.wait_event');
  const all: MetricKeyDataPoints = { Key: { Metric }, DataPoints: pointsOf(total, times) };
  if (!GroupBy) return [all];
  const { Group, Limit = 10 } = GroupBy;
  if (Limit < 1 || Limit > MOST_VALUES) throw invalid(`Limit ${Limit} is not valid`);
  const own = loads.filter(({ group }) => group === Group).toSorted((a, b) => sessionsAt(b, 0) - sessionsAt(a, 0));
  const parts = own.slice(0, Limit).map((one): MetricKeyDataPoints => ({
    Key: { Metric, Dimensions: { ...one.dimensions } },
    DataPoints: pointsOf([one], times),
  }));
  return [all, ...parts];
}

function pointsOf(loads: readonly PublishedLoad[], times: readonly number[]) {
  if (loads.length === 0) return [];
  return times.map((atMs) => ({
    Timestamp: new Date(atMs),
    Value: loads.reduce((sum, one) => sum + sessionsAt(one, atMs), 0),
  }));
}

function sessionsAt({ sessions }: PublishedLoad, atMs: number): number {
  return typeof sessions === 'number' ? sessions : sessions(atMs);
}

function invalid(message: string): CloudRefusal {
  return new CloudRefusal('InvalidArgumentException', message);
}
