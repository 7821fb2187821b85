import { isObject, listAt, objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';

export type Segment = { label: string; value: number };
export type Series = { name: string; values: readonly number[] };
export type AxisChart = {
  kind: 'area' | 'bar' | 'line';
  categories: readonly string[];
  series: readonly Series[];
  xLabel: string;
  yLabel: string;
};
export type Chart = AxisChart | { kind: 'pie'; segments: readonly Segment[] };

/** The chart of a data_visualization block; values go by category, whatever their order. */
export function chartOf(block: JsonObject): Chart {
  const chart = objectAt(block, 'chart') ?? {};
  if (chart['type'] === 'pie') return { kind: 'pie', segments: pointsOf(chart, 'segments') };
  const axes = objectAt(chart, 'axis_config') ?? {};
  const categories = listAt(axes, 'categories').filter((one) => typeof one === 'string');
  const series = listAt(chart, 'series')
    .filter(isObject)
    .map((one) => {
      const byLabel = new Map(pointsOf(one, 'data').map(({ label, value }) => [label, value]));
      return { name: textAt(one, 'name') ?? '', values: categories.map((label) => byLabel.get(label) ?? 0) };
    });
  const kind = chart['type'] === 'bar' || chart['type'] === 'area' ? chart['type'] : 'line';
  return { kind, categories, series, xLabel: textAt(axes, 'x_label') ?? '', yLabel: textAt(axes, 'y_label') ?? '' };
}

/** Round numbers for an axis that holds all values: at most six, from the first to the last line. */
export function ticksFor(values: readonly number[]): readonly number[] {
  const low = Math.min(0, ...values);
  const range = Math.max(0, ...values) - low || 1;
  const rough = range / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil((low + range) / step));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The chart in words, for who does not see it. */
export function wordsOf(chart: Chart): string {
  if (chart.kind === 'pie') return chart.segments.map(({ label, value }) => `${label}: ${value}`).join(', ');
  const { categories, series } = chart;
  return series
    .map(({ name, values }) => `${name}: ${categories.map((label, index) => `${label} ${values[index]}`).join(', ')}`)
    .join('. ');
}

function pointsOf(value: JsonObject, key: string): Segment[] {
  return listAt(value, key).map((one) => {
    const given = isObject(one) ? one['value'] : undefined;
    return { label: textAt(one, 'label') ?? '', value: typeof given === 'number' ? given : 0 };
  });
}
