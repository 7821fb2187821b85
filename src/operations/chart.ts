import * as v from 'valibot';
import type { LastMetrics, Metric } from '../core/metric.ts';
import { defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import { emptyReport, type Report } from '../core/report.ts';
import { chartedMetrics, metricRows } from './chart/charted-metrics.ts';
import { chartOf } from './chart/chart-of.ts';
import { chartWords } from './chart/chart-words.ts';
import { readSince } from './chart/since.ts';
import { forecastOf, forecastRequests, forecastWords } from './forecast-words.ts';

const steps = {};
/** As many points as a phone can show apart. */
const CHART_POINTS = 96;

/** Shows one number of a target over time, from what the health reports have kept; it asks no database. */
export const chart = defineOperation({
  id: 'chart',
  title: 'A number over time',
  why: 'Shows whether it has always been so: one number of a target with its limits, from what earlier reports saw; it asks no database.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({
    metric: v.optional(v.pipe(v.string(), v.maxLength(200, 'the name of a number is shorter than that'))),
    since: v.optional(v.pipe(v.string(), v.check(isSince, 'how far back, as 6h, 7d, 4w or 1y; a year at most'))),
  }),
  fields: [
    { name: 'metric', label: 'Which number', hint: 'connections; leave it out for the list', required: false },
    { name: 'since', label: 'How far back', hint: '7d', required: false },
  ],
  examples: ['chart shop-db connections', 'chart shop-db database-bytes since 90d', 'chart shop-cache'],
  steps,

  async run(context, { metric: asked, since = '7d' }): Promise<Outcome> {
    const [target] = context.targets;
    if (!target) return { refused: 'a chart is of one target' };
    const last = await context.lastMetrics(target);
    const look = `Ask for health ${target.name} first: a report keeps the numbers that it sees.`;
    if (!last) return { refused: `Nothing is known yet of the past of ${target.name}. ${look}` };
    if (asked === undefined) return { done: listOf(target, last, context.startedAt) };
    const metrics = chartedMetrics(last.metrics, asked);
    if ('problem' in metrics) return { refused: metrics.problem };
    return { done: await drawn(context, target, metrics.all, { since, asked, seenAt: last.at }) };
  },
});

function isSince(typed: string): boolean {
  return readSince(typed) !== undefined;
}

type Asked = { since: string; asked: string; seenAt: string };

async function drawn(
  context: RunContext<typeof steps>,
  target: TargetName,
  metrics: readonly [Metric, ...Metric[]],
  { since, asked, seenAt }: Asked,
): Promise<Report> {
  const sinceSeconds = readSince(since) ?? 0;
  const bucketSeconds = Math.max(60, Math.ceil(sinceSeconds / CHART_POINTS));
  const [first] = metrics;
  const requests = metrics.map(({ name }) => ({ metric: name, sinceSeconds, bucketSeconds }));
  const trends = await context.trends(target, [...requests, ...forecastRequests(first)]);
  const shown = trends.slice(0, metrics.length);
  const told = forecastOf(
    first,
    trends.slice(metrics.length).map(({ points }) => points),
  );
  const atSeconds = Date.parse(context.startedAt) / 1000;
  const note = first.ceiling && forecastWords(first.ceiling.happens, told, atSeconds);
  const points = Object.fromEntries(shown.map((trend) => [trend.metric, trend.points]));
  const title = metrics.length === 1 ? first.name : asked;
  const headline = chartWords(first, shown[0]?.points ?? [], since);
  const about = { operation: 'chart', subject: target.name, status: 'info', at: context.startedAt } as const;
  return {
    ...emptyReport({ ...about, headline }),
    charts: [chartOf(first, points, { subject: target.name, at: seenAt, note }, title)],
    facts: first.ceiling && note !== undefined ? [{ label: first.ceiling.what, value: note }] : [],
    next: [{ label: 'Look now', operation: 'health', target: target.name, args: [], disruptive: false }],
  };
}

function listOf(target: TargetName, last: LastMetrics, at: string): Report {
  const headline = `${last.metrics.length} numbers are kept: say which one`;
  return {
    ...emptyReport({ operation: 'chart', subject: target.name, status: 'info', headline, at }),
    tables: [
      {
        title: 'Numbers',
        columns: [
          { key: 'metric', label: 'Number' },
          { key: 'value', label: `On ${last.at.slice(0, 16).replace('T', ' ')} UTC` },
        ],
        rows: metricRows(last.metrics),
      },
    ],
  };
}
