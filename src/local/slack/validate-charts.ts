import type { Json } from '../../core/json.ts';
import { isObject, listAt, objectAt, textAt } from './json-fields.ts';
import type { JsonObject } from './json-fields.ts';
import type { Problem } from './validate-blocks.ts';

const AXIS_CHARTS = new Set(['area', 'bar', 'line']);

/** What Slack would refuse in a chart (https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block). */
export function problemsOfChart(block: JsonObject, at: string): Problem[] {
  const chart = objectAt(block, 'chart');
  if (!chart) return [];
  const type = textAt(chart, 'type') ?? '';
  if (type === 'pie')
    return listAt(chart, 'segments').flatMap((one, index) => point(one, `${at}/chart/segments/${index}`));
  if (!AXIS_CHARTS.has(type)) return [{ pointer: `${at}/chart/type`, message: 'must be a valid enum value' }];
  const categories = listAt(objectAt(chart, 'axis_config'), 'categories');
  const series = listAt(chart, 'series');
  const names = series.map((one) => textAt(one, 'name'));
  return series.flatMap((one, index) => {
    const pointer = `${at}/chart/series/${index}`;
    const twice =
      names.indexOf(names[index]) < index ? [{ pointer: `${pointer}/name`, message: 'must be unique' }] : [];
    return [...twice, ...problemsOfSeries(one, categories, pointer)];
  });
}

/** Every series has one value for each category, in any order. */
function problemsOfSeries(series: Json, categories: readonly Json[], at: string): Problem[] {
  const data = listAt(series, 'data');
  const labels = new Set(data.map((one) => textAt(one, 'label')));
  const complete =
    labels.size === categories.length && categories.every((one) => typeof one === 'string' && labels.has(one));
  const uneven = complete
    ? []
    : [{ pointer: `${at}/data`, message: 'labels must match the categories of axis_config' }];
  return [...uneven, ...data.flatMap((one, index) => point(one, `${at}/data/${index}`))];
}

function point(value: Json, at: string): Problem[] {
  const given = isObject(value) ? value['value'] : undefined;
  return typeof given === 'number' ? [] : [{ pointer: `${at}/value`, message: 'must be a number' }];
}
