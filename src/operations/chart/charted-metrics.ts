import { amountText } from '../../core/amount.ts';
import type { Metric } from '../../core/metric.ts';

/** More lines than this in one picture cannot be told apart. */
const MOST_LINES = 4;
const MOST_NAMED = 12;

/** Pure: the metrics that a typed name means: the one of that name, or all of its kind (`lag` for every `lag:<replica>`). */
export function chartedMetrics(
  metrics: readonly Metric[],
  asked: string,
): { all: readonly [Metric, ...Metric[]] } | { problem: string } {
  const wanted = asked.toLowerCase();
  const exact = metrics.filter(({ name }) => name.toLowerCase() === wanted);
  const kind = metrics.filter(({ name }) => name.toLowerCase().startsWith(`${wanted}:`)).slice(0, MOST_LINES);
  const [first, ...others] = exact.length > 0 ? exact.slice(0, 1) : kind;
  if (first) return { all: [first, ...others] };
  const names = metrics.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = metrics.length > names.length ? ` and ${metrics.length - names.length} more` : '';
  return { problem: `There is no number of that name. These are kept: ${names.join(', ')}${more}.` };
}

/** The rows of a list of metrics. */
export function metricRows(metrics: readonly Metric[]): { metric: string; value: string }[] {
  return metrics.map(({ name, value, unit }) => ({ metric: name, value: amountText(value, unit) }));
}
