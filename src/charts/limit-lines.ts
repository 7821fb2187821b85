import { amountText } from '../core/amount.ts';
import type { Chart } from '../core/report.ts';
import { escaped, look, place } from './look.ts';
import type { ValueAxis } from './value-axis.ts';

const LABEL_HEIGHT = 20;

/** The limits as dashed lines with their names; one that lies outside is told at the edge, with an arrow. */
export function limitLines(chart: Chart, axis: ValueAxis, { y }: { y(value: number): number }, top: number): string[] {
  const { left, right } = look.plot;
  const inside = chart.limits.filter(({ value }) => value >= axis.low && value <= axis.high);
  const above = chart.limits.filter(({ value }) => value > axis.high);
  const below = chart.limits.filter(({ value }) => value < axis.low);
  const ends = { left: Number.POSITIVE_INFINITY, right: Number.POSITIVE_INFINITY };
  const rows = inside.toSorted((a, b) => a.value - b.value);
  const names = rows.map(({ label, value }) => {
    const height = y(value);
    // On the left, where the line is old; limits close together take turns at the sides.
    const side = ends.left - height >= LABEL_HEIGHT ? 'left' : 'right';
    ends[side] = height;
    const [x, anchor] = side === 'left' ? [left + 8, 'start'] : [right - 8, 'end'];
    return named(x, height - 8, colourOf(label), anchor, `${label} ${amountText(value, chart.unit)}`);
  });
  const lines = rows.map(({ label, value }) => {
    const height = place(y(value));
    return `<line x1="${left}" x2="${right}" y1="${height}" y2="${height}" stroke="${colourOf(label)}" stroke-width="2" stroke-dasharray="8 6"/>`;
  });
  return [
    ...lines,
    ...names,
    ...edge(above, '↑', top - 12, chart.unit),
    ...edge(below, '↓', look.plot.bottom - 8, chart.unit),
  ];
}

function edge(limits: Chart['limits'], arrow: string, y: number, unit: string): string[] {
  if (limits.length === 0) return [];
  const words = limits.map(({ label, value }) => `${arrow} ${label} ${amountText(value, unit)}`).join('  ');
  return [named(look.plot.right - 4, y, colourOf(limits[0]?.label ?? ''), 'end', words)];
}

/** Outlined by the card, so that it can be read on a line. */
function named(x: number, y: number, colour: string, anchor: string, words: string): string {
  const outline = `stroke="${look.card}" stroke-width="5" stroke-linejoin="round" paint-order="stroke"`;
  return `<text x="${place(x)}" y="${place(y)}" font-size="16" font-weight="600" fill="${colour}" text-anchor="${anchor}" ${outline}>${escaped(words)}</text>`;
}

function colourOf(label: string): string {
  if (label === 'warning') return look.warning;
  return label.startsWith('told') ? look.quiet : look.critical;
}

/** The colour of a value: that of the worst limit that it has passed. */
export function limitColour({ limits }: Chart, value: number): string {
  const passed = limits.filter((limit) => ['warning', 'critical'].includes(limit.label) && value >= limit.value);
  const worst = passed.toSorted((a, b) => b.value - a.value)[0];
  return worst ? colourOf(worst.label) : look.text;
}
