import { amountText } from '../core/amount.ts';
import type { Chart } from '../core/report.ts';
import { clipped, escaped, look, place } from './look.ts';
import { limitLines, limitColour } from './limit-lines.ts';
import { spanAreas, spanNames } from './spans.ts';
import { segments, type ChartDot } from './segments.ts';
import { timeTicks } from './time-axis.ts';
import { valueAxis, type ValueAxis } from './value-axis.ts';

/** `timeZone`: IANA name, for the times below the plot. */
export type ChartOptions = { timeZone: string };

const FEW_DOTS = 40;

/** Where a time and a value lie in the picture. */
export type Place = { x(atMs: number): number; y(value: number): number };

/** Pure: a chart as SVG, 640 by 384 units; the same chart is the same text. */
export function chartSvg(chart: Chart, { timeZone }: ChartOptions): string {
  const lines = chart.series.map(({ points }) => points.map(dotOf).toSorted((a, b) => a.atMs - b.atMs));
  const dots = lines.flat();
  const values = dots.flatMap(({ least, most }) => [least, most]);
  const bounds = chart.limits.map(({ value }) => value);
  const axis = valueAxis(values, bounds, chart.unit);
  const times = [
    ...dots.map(({ atMs }) => atMs),
    ...(chart.spans ?? []).flatMap(({ from, to }) => [from, to].map(Date.parse)),
  ];
  const [fromMs, toMs] = [Math.min(...times), Math.max(...times)];
  const top = look.plot.top - (chart.note === undefined && lines.length < 2 ? look.plot.lineHeight : 0);
  const places = placesOf(axis, { fromMs, toMs, top });
  const { width, height } = look;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="14" fill="${look.card}" stroke="${look.border}"/>`,
    ...heading(chart, lines),
    ...valueGrid(axis, places, chart.unit),
    ...spanAreas(chart, places.x, top),
    ...(dots.length === 0 ? [nothing()] : timeLabels(fromMs, toMs, places, timeZone)),
    ...lines.toReversed().flatMap((line, n) => lineParts(line, colourOf(lines.length - 1 - n), places)),
    ...limitLines(chart, axis, places, top),
    ...spanNames(chart, places.x, top),
    '</svg>',
  ].join('\n');
}

function dotOf({ at, value, least = value, most = value }: Chart['series'][number]['points'][number]): ChartDot {
  return { atMs: Date.parse(at), value, least, most };
}

function placesOf(
  { low, high }: ValueAxis,
  { fromMs, toMs, top }: { fromMs: number; toMs: number; top: number },
): Place {
  const { left, right, bottom } = look.plot;
  const span = toMs - fromMs;
  return {
    x: (atMs) => (span > 0 ? left + ((atMs - fromMs) / span) * (right - left) : (left + right) / 2),
    y: (value) => bottom - ((value - low) / (high - low)) * (bottom - top),
  };
}

function colourOf(n: number): string {
  return look.lines[n % look.lines.length] ?? look.lines[0];
}

/** The title, the youngest value, and below them the note or the names of the lines. */
function heading(chart: Chart, lines: readonly (readonly ChartDot[])[]): string[] {
  const last = lines.length === 1 ? lines[0]?.at(-1)?.value : undefined;
  const now = last === undefined ? '' : amountText(last, chart.unit);
  const room = look.width - 72 - now.length * 14;
  const said = chart.note === undefined ? [] : [label(28, 74, 17, look.quiet, clipped(chart.note, 580, 17))];
  const colour = last === undefined ? look.text : limitColour(chart, last);
  return [
    label(28, 44, 22, look.text, clipped(chart.title, room, 22), 'font-weight="600"'),
    ...(now === '' ? [] : [label(612, 44, 24, colour, now, 'font-weight="600" text-anchor="end"')]),
    ...(lines.length > 1 ? legend(chart) : said),
  ];
}

function legend({ series, unit }: Chart): string[] {
  const room = (look.width - 56) / series.length;
  return series.flatMap(({ name, points }, n) => {
    const x = 28 + n * room;
    const last = points.at(-1);
    const short = name.split(':').slice(1).join(':') || name;
    const full = last ? `${short} ${amountText(last.value, unit)}` : short;
    // Of a name without its end nobody knows whose it is; the value can be seen.
    const words = clipped(full, room - 26, 17) === full ? full : clipped(short, room - 26, 17);
    return [
      `<circle cx="${place(x + 7)}" cy="68" r="6" fill="${colourOf(n)}"/>`,
      label(x + 20, 74, 17, look.text, words),
    ];
  });
}

function valueGrid(axis: ValueAxis, { y }: Place, unit: string): string[] {
  const { left, right } = look.plot;
  return axis.ticks.flatMap((value) => [
    `<line x1="${left}" x2="${right}" y1="${place(y(value))}" y2="${place(y(value))}" stroke="${look.grid}"/>`,
    label(left - 12, y(value) + 6, 17, look.quiet, clipped(amountText(value, unit), left - 14, 17), END),
  ]);
}

const END = 'text-anchor="end"';

function timeLabels(fromMs: number, toMs: number, { x }: Place, timeZone: string): string[] {
  const { left, right, bottom } = look.plot;
  return [
    ...timeTicks(fromMs, toMs, timeZone).flatMap(({ atMs, label: words }) => {
      const near = Math.min(right - 24, Math.max(left + 12, x(atMs)));
      return [
        `<line x1="${place(x(atMs))}" x2="${place(x(atMs))}" y1="${bottom}" y2="${bottom + 6}" stroke="${look.quiet}"/>`,
        label(near, bottom + 26, 17, look.quiet, words, 'text-anchor="middle"'),
      ];
    }),
    label(right, bottom + 52, 15, look.quiet, timeZone.replaceAll('_', ' '), END),
  ];
}

function lineParts(line: readonly ChartDot[], colour: string, { x, y }: Place): string[] {
  const at = (dot: ChartDot, value: number) => `${place(x(dot.atMs))},${place(y(value))}`;
  const pieces = segments(line);
  const bands = pieces.filter((piece) => piece.some(({ least, most }) => least < most));
  const single = pieces.flatMap((piece) => (piece.length === 1 ? piece : []));
  const last = line.at(-1);
  const dots = line.length <= FEW_DOTS ? line : single;
  return [
    ...bands.map((piece) => {
      const edge = [...piece.map((dot) => at(dot, dot.most)), ...piece.toReversed().map((dot) => at(dot, dot.least))];
      return `<polygon points="${edge.join(' ')}" fill="${colour}" fill-opacity="0.25"/>`;
    }),
    ...pieces.map((piece) => {
      const points = piece.map((dot) => at(dot, dot.value)).join(' ');
      return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/>`;
    }),
    ...dots.map((dot) => circle(x(dot.atMs), y(dot.value), 3.5, colour)),
    ...(last ? [circle(x(last.atMs), y(last.value), 6, colour)] : []),
  ];
}

function circle(x: number, y: number, radius: number, colour: string): string {
  return `<circle cx="${place(x)}" cy="${place(y)}" r="${radius}" fill="${colour}"/>`;
}

function nothing(): string {
  const { left, right, top, bottom } = look.plot;
  return label((left + right) / 2, (top + bottom) / 2, 18, look.quiet, 'nobody looked', 'text-anchor="middle"');
}

/** One line of text. */
export function label(x: number, y: number, size: number, colour: string, words: string, more = ''): string {
  return `<text x="${place(x)}" y="${place(y)}" font-size="${size}" fill="${colour}" ${more}>${escaped(words)}</text>`;
}
