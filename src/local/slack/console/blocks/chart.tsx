import type { VNode } from 'preact';
import { textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { AxisPlot } from './axis-plot.tsx';
import { chartOf, wordsOf } from './chart-data.ts';
import type { Chart, Segment } from './chart-data.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export function DataVisualization({ block }: { block: JsonObject }): VNode {
  const chart = chartOf(block);
  const title = textAt(block, 'title') ?? '';
  return (
    <figure class="block chart">
      <figcaption>{title}</figcaption>
      <div class="plot" role="img" aria-label={`${title}. ${wordsOf(chart)}`}>
        {chart.kind === 'pie' ? <Pie segments={chart.segments} /> : <AxisPlot chart={chart} />}
      </div>
      <Legend chart={chart} />
    </figure>
  );
}

function Legend({ chart }: { chart: Chart }): VNode | null {
  const names = chart.kind === 'pie' ? chart.segments.map(shareOf) : chart.series.map(({ name }) => name);
  if (names.length < 2) return null;
  return (
    <ul class="legend" aria-hidden="true">
      {names.map((name, index) => (
        <li key={name}>
          <i class={`swatch hue-${index}`} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function shareOf({ label, value }: Segment, _index: number, all: readonly Segment[]): string {
  const sum = all.reduce((total, one) => total + one.value, 0) || 1;
  return `${label} ${Math.round((value / sum) * 100)} %`;
}

const SIZE = 200;
const RADIUS = 90;

function Pie({ segments }: { segments: readonly Segment[] }): VNode {
  const sum = segments.reduce((total, { value }) => total + Math.max(0, value), 0) || 1;
  const ends = segments.map(
    (_, index) => segments.slice(0, index + 1).reduce((total, { value }) => total + value, 0) / sum,
  );
  return (
    <svg class="pie" viewBox={`0 0 ${SIZE} ${SIZE}`}>
      {segments.map(({ label }, index) => (
        <path key={label} class={`fill hue-${index}`} d={slice(ends[index - 1] ?? 0, ends[index] ?? 1)} />
      ))}
    </svg>
  );
}

/** A slice of the circle between two shares of it, from the top clockwise. */
function slice(from: number, to: number): string {
  const middle = SIZE / 2;
  const at = (share: number): string => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return `${(middle + RADIUS * Math.cos(angle)).toFixed(2)} ${(middle + RADIUS * Math.sin(angle)).toFixed(2)}`;
  };
  if (to - from > 0.999) {
    const half = `A${RADIUS} ${RADIUS} 0 1 1`;
    return `M${at(0)}${half} ${at(0.5)}${half} ${at(0)}z`;
  }
  return `M${middle} ${middle}L${at(from)}A${RADIUS} ${RADIUS} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}z`;
}
