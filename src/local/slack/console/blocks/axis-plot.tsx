import type { VNode } from 'preact';
import { ticksFor } from './chart-data.ts';
import type { AxisChart } from './chart-data.ts';

const WIDTH = 560;
const HEIGHT = 230;
const LEFT = 48;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 44;

type Scale = { x(index: number): number; y(value: number): number; band: number };

/** Lines, areas or bars over categories. */
export function AxisPlot({ chart }: { chart: AxisChart }): VNode {
  const ticks = ticksFor(chart.series.flatMap(({ values }) => values));
  const scale = scaleOf(chart, ticks);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
      <g class="grid-lines">
        {ticks.map((tick) => (
          <g key={tick}>
            <path d={`M${LEFT} ${scale.y(tick)}H${WIDTH - RIGHT}`} />
            <text x={LEFT - 8} y={scale.y(tick) + 4} text-anchor="end">
              {tick}
            </text>
          </g>
        ))}
        {chart.categories.map((name, index) => (
          <text key={name} x={scale.x(index)} y={HEIGHT - BOTTOM + 18} text-anchor="middle">
            {name}
          </text>
        ))}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} text-anchor="middle">
          {chart.xLabel}
        </text>
        <text transform={`translate(12 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)`} text-anchor="middle">
          {chart.yLabel}
        </text>
      </g>
      {chart.kind === 'bar' ? <Bars chart={chart} scale={scale} /> : <Lines chart={chart} scale={scale} />}
    </svg>
  );
}

function scaleOf({ categories, kind }: AxisChart, ticks: readonly number[]): Scale {
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const room = WIDTH - LEFT - RIGHT;
  const band = room / Math.max(1, categories.length);
  const gap = categories.length > 1 ? (room - band) / (categories.length - 1) : 0;
  return {
    band,
    x: (index) => LEFT + band / 2 + index * (kind === 'bar' ? band : gap),
    y: (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low || 1)),
  };
}

function Lines({ chart, scale }: { chart: AxisChart; scale: Scale }): VNode {
  return (
    <>
      {chart.series.map(({ name, values }, index) => {
        const points = values.map((value, at) => `${scale.x(at).toFixed(1)} ${scale.y(value).toFixed(1)}`);
        const line = `M${points.join('L')}`;
        const floor = scale.y(0).toFixed(1);
        const closed = `${line}L${scale.x(values.length - 1).toFixed(1)} ${floor}L${scale.x(0).toFixed(1)} ${floor}z`;
        return (
          <g key={name}>
            {chart.kind === 'area' && <path class={`fill soft hue-${index}`} d={closed} />}
            <path class={`stroke hue-${index}`} d={line} />
          </g>
        );
      })}
    </>
  );
}

function Bars({ chart, scale }: { chart: AxisChart; scale: Scale }): VNode {
  const width = (scale.band * 0.7) / Math.max(1, chart.series.length);
  return (
    <>
      {chart.series.flatMap(({ name, values }, index) =>
        values.map((value, at) => {
          const left = scale.x(at) - scale.band * 0.35 + index * width;
          const [top, bottom] = [scale.y(Math.max(0, value)), scale.y(Math.min(0, value))];
          const shape = { x: left, y: top, width: Math.max(1, width - 2), height: Math.max(0.5, bottom - top), rx: 2 };
          return <rect key={`${name} ${at}`} class={`fill hue-${index}`} {...shape} />;
        }),
      )}
    </>
  );
}
