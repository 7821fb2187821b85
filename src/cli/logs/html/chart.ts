import { place } from '../../../charts/look.ts';
import { timeTicks } from '../../../charts/time-axis.ts';
import { valueAxis } from '../../../charts/value-axis.ts';
import { html, nothing, type Markup } from './markup.ts';

/** Columns over time: `values` are those of buckets of the same length, the first one begins at `fromMs`. */
export type TimeChart = {
  title: string;
  fromMs: number;
  stepMs: number;
  values: readonly number[];
  text(value: number): string;
  /** Names the colour of the style sheet. */
  colour: 'calm' | 'busy' | 'bad' | 'other';
};

/** Of a log of minutes, whose few columns would be walls. */
const WIDEST = 40;

const VIEW = { width: 960, height: 190, left: 74, right: 952, top: 14, bottom: 158 };

/** A chart of columns as SVG; each column says its time and value when it is pointed at. */
export function timeChart(chart: TimeChart): Markup {
  const { title, values, text, colour } = chart;
  const axis = valueAxis(values, [], 'of a log');
  const y = (value: number): number =>
    VIEW.bottom - ((value - axis.low) / (axis.high - axis.low)) * (VIEW.bottom - VIEW.top);
  const most = Math.max(...values);
  const peak = whenText(chart, values.indexOf(most));
  return html`<figure class="chart">
    <figcaption>${title} <span>peak ${text(most)} at ${peak}</span></figcaption>
    <svg
      viewBox="0 0 ${VIEW.width} ${VIEW.height}"
      role="img"
      aria-label="${`${title}: at most ${text(most)}, at ${peak}`}"
    >
      ${axis.ticks.map((tick) => html`<line class="grid" x1="${VIEW.left}" x2="${VIEW.right}" y1="${place(y(tick))}" y2="${place(y(tick))}" /><text class="axis" x="${VIEW.left - 8}" y="${place(y(tick) + 4)}" text-anchor="end">${text(tick)}</text>`)}
      <g class="${colour}">${values.map((value, n) => column(chart, value, n, y))}</g>
      ${ticks(chart)}
    </svg>
  </figure>`;
}

function column(
  { values, text, fromMs, stepMs, ...rest }: TimeChart,
  value: number,
  n: number,
  y: (value: number) => number,
): Markup {
  if (value <= 0) return nothing;
  const width = (VIEW.right - VIEW.left) / values.length;
  const gap = width > 6 ? 1 : 0;
  const drawn = Math.min(WIDEST, Math.max(0.8, width - gap));
  const top = Math.min(y(value), VIEW.bottom - 1.5);
  const when = whenText({ ...rest, values, text, fromMs, stepMs }, n);
  return html`<rect
    x="${place(VIEW.left + n * width + (drawn < WIDEST ? 0 : (width - drawn) / 2))}"
    y="${place(top)}"
    width="${place(drawn)}"
    height="${place(VIEW.bottom - top)}"
    ><title>${when}: ${text(value)}</title></rect
  >`;
}

function whenText({ fromMs, stepMs }: TimeChart, n: number): string {
  return new Date(fromMs + n * stepMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** Times of the log's own clock, which is read as UTC, so that none is shifted. */
function ticks({ fromMs, stepMs, values }: TimeChart): Markup {
  const span = stepMs * values.length;
  return html`${timeTicks(fromMs, fromMs + span, 'UTC').map(({ atMs, label }) => {
    const x = VIEW.left + ((atMs - fromMs) / span) * (VIEW.right - VIEW.left);
    const near = Math.min(VIEW.right - 20, Math.max(VIEW.left + 16, x));
    return html`<line class="tick" x1="${place(x)}" x2="${place(x)}" y1="${VIEW.bottom}" y2="${VIEW.bottom + 5}" /><text
        class="axis"
        x="${place(near)}"
        y="${VIEW.bottom + 20}"
        text-anchor="middle"
        >${label}</text
      >`;
  })}`;
}

/** Columns that stand side by side with their names below: a histogram, or the hours of a day. */
export function columnChart(title: string, columns: readonly { name: string; value: number; words: string }[]): Markup {
  if (columns.length === 0) return nothing;
  const most = Math.max(...columns.map(({ value }) => value)) || 1;
  const width = columns.length > 16 ? 24 : 48;
  const every = columns.length > 16 ? 2 : 1;
  return html`<figure class="columns">
    <figcaption>${title}</figcaption>
    <svg
      viewBox="0 0 ${columns.length * width} 84"
      width="${columns.length * width}"
      role="img"
      aria-label="${`${title}: ${columns.map(({ words }) => words).join(', ')}`}"
    >
      <g class="calm">
        ${columns.map(({ value, words }, n) => {
          const height = value === 0 ? 0 : Math.max(1.5, (value / most) * 60);
          return html`<rect
            x="${n * width + 2}"
            y="${place(64 - height)}"
            width="${width - 4}"
            height="${place(height)}"
            ><title>${words}</title></rect
          >`;
        })}
      </g>
      ${columns.map(({ name }, n) =>
        n % every === 0
          ? html`<text class="axis" x="${n * width + width / 2}" y="78" text-anchor="middle">${name}</text>`
          : nothing,
      )}
    </svg>
  </figure>`;
}

/** A share of a row, as long as it is large; `share` from 0 to 1. */
export function shareBarSvg(share: number): Markup {
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect width="${place(Math.max(0.8, share * 100))}" height="6" />
  </svg>`;
}
