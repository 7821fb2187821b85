import type { NextAction } from '../../core/finding.ts';
import type { Metric, Trend, TrendRequest } from '../../core/metric.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Chart, Report, ReportedFinding } from '../../core/report.ts';
import { chartOf } from '../chart/chart-of.ts';
import { forecastRequests } from '../forecast-words.ts';
import { daysOf, forecastable, type Told } from './forecasts.ts';
import type { Judged, SeenMetric } from './judge.ts';

const WEEK_SECONDS = 7 * 86_400;
/** Two hours a point: a week of them is as wide as a phone shows. */
const CHART_BUCKET_SECONDS = 7200;
const MOST_CHARTS = 4;
/** Two points are no trend. */
const LEAST_POINTS = 4;
/** A forecast this near stands before all other facts, and has its chart. */
const NEAR_DAYS = 30;

export type Outlook = { metrics: readonly SeenMetric[]; trends: readonly Trend[]; forecasts: readonly Told[] };

/** Pure: what of the past a report needs: for the forecasts, and for the charts of what was found. */
export function outlookRequests({ metrics, findings }: Pick<Judged, 'metrics' | 'findings'>, alone: boolean) {
  const found = alone ? findings.flatMap((finding) => metricOf(finding, metrics) ?? []).slice(0, MOST_CHARTS) : [];
  return [...forecastable(metrics).flatMap(forecastRequests), ...found.map(chartRequest)];
}

function chartRequest({ name }: Metric): TrendRequest {
  return { metric: name, sinceSeconds: WEEK_SECONDS, bucketSeconds: CHART_BUCKET_SECONDS };
}

/** Pure: the report with its forecasts, the charts of what was found, and the way to the others. */
export function withOutlook(report: Report, target: TargetName, outlook: Outlook): Report {
  const near = outlook.forecasts.filter(({ told }) => daysOf(told) <= NEAR_DAYS);
  const far = outlook.forecasts.filter(({ told }) => daysOf(told) > NEAR_DAYS);
  const charts = chartsOf(report, outlook, near);
  return {
    ...report,
    findings: report.findings.map((finding) => withChartAction(finding, target, outlook.metrics)),
    facts: [...near.map(factOf), ...[...report.facts, ...far.map(factOf)].toSorted(shortestFirst)],
    charts: [...report.charts, ...charts],
  };
}

function factOf({ metric, words }: Told): Report['facts'][number] {
  return { label: metric.ceiling?.what ?? metric.name, value: words };
}

function shortestFirst(a: Report['facts'][number], b: Report['facts'][number]): number {
  return a.label.length + a.value.length - b.label.length - b.value.length;
}

/** Of what was found, worst first, then of what ends soon; where too little of the past is known there is none. */
function chartsOf(report: Report, { metrics, trends, forecasts }: Outlook, near: readonly Told[]): Chart[] {
  const found = report.findings.flatMap((finding) => metricOf(finding, metrics) ?? []);
  const wanted = [...new Set([...found, ...near.map(({ metric }) => metric)])];
  const charts = wanted.flatMap((metric) => {
    const own = trends.filter((trend) => trend.metric === metric.name).toSorted((a, b) => finest(b) - finest(a));
    const points = own[0]?.points ?? [];
    if (points.length + 1 < LEAST_POINTS) return [];
    const note = forecasts.find((one) => one.metric === metric)?.words;
    return [chartOf(metric, { [metric.name]: points }, { subject: report.subject, at: report.at, note })];
  });
  return charts.slice(0, MOST_CHARTS);
}

function finest({ points }: Trend): number {
  return points.length;
}

/** Pure: the metric behind a finding: of the same check, of the same object where there are several. */
export function metricOf({ key }: { key: string }, metrics: readonly SeenMetric[]): SeenMetric | undefined {
  const [check, ...rest] = key.split(':');
  const own = metrics.filter((metric) => metric.check === check);
  const object = rest.join(':').replace(/^forecast:/, '');
  // `shop-db-1:cpu` is what is wrong with a member, `cpu:shop-db-1` the number of that.
  const turned = rest.toReversed().join(':');
  const isNamed = (name: string) =>
    name === object || name === turned || name.endsWith(`:${object}`) || name.startsWith(`${object}-`);
  const named = own.find(({ name }) => isNamed(name));
  return named ?? own.find(({ name }) => !name.includes(':'));
}

function withChartAction(
  finding: ReportedFinding,
  target: TargetName,
  metrics: readonly SeenMetric[],
): ReportedFinding {
  const metric = metricOf(finding, metrics);
  if (!metric) return finding;
  const chart: NextAction = {
    label: 'Chart',
    operation: 'chart',
    target: target.name,
    args: [metric.name],
    disruptive: false,
  };
  return { ...finding, actions: [...(finding.actions ?? []), chart] };
}
