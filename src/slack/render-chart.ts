import type { ImageBlock } from '@slack/types';
import { amountText } from '../core/amount.ts';
import type { Chart } from '../core/report.ts';
import { preformatted, section } from './blocks.ts';
import type { Piece } from './fit.ts';
import { limits } from './limits.ts';
import { clip, inline, oneLine } from './mrkdwn.ts';
import { alignedText } from './render-table.ts';

/** The Slack file of each chart of a report, in their order; null where there is no picture. */
export type Pictures = readonly (string | null)[];

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A chart as its picture, or as a line of bars where there is none. */
export function chartPiece(chart: Chart, picture?: string | null): Piece {
  const bounds = chart.limits.map(({ label, value }) => `${label} ${amountText(value, chart.unit)}`);
  const limit = bounds.length === 0 ? '' : ` (${bounds.join(', ')})`;
  const title = inline(`${chart.title}${limit}`, 200);
  if (picture) return { noun: 'chart', count: 1, text: title, blocks: [imageBlock(chart, picture)] };
  const note = chart.note === undefined ? '' : `\n${inline(chart.note, 200)}`;
  const text = clip(alignedText(chart.series.map((series) => seriesRow(series, chart.unit))), limits.sectionCharacters);
  return { noun: 'chart', count: 1, text: title, blocks: [section(`*${title}*${note}`), ...preformatted(text)] };
}

/** What a chart shows, in a sentence. */
export function chartWords({ title, series, unit, limits: bounds, note, spans = [] }: Chart): string {
  const lines = series.map(({ name, points }) => {
    const last = points.at(-1);
    return `${series.length > 1 ? `${name} ` : ''}${last ? `${amountText(last.value, unit)} at the end` : 'no points'}`;
  });
  const limit = bounds.map(({ label, value }) => `${label} at ${amountText(value, unit)}`);
  const said = [
    [title, lines.join('; ')].join(': '),
    ...limit,
    ...spans.map((span) => span.label),
    ...(note === undefined ? [] : [note]),
  ];
  return clip(oneLine(said.join(', ')), limits.altTextCharacters);
}

function imageBlock(chart: Chart, id: string): ImageBlock {
  return { type: 'image', alt_text: chartWords(chart), slack_file: { id } };
}

function seriesRow({ name, points }: Chart['series'][number], unit: string): string[] {
  const values = points.map((point) => point.value).slice(-40);
  const last = values.at(-1);
  return [clip(name, 40), sparkline(values), last === undefined ? 'no points' : amountText(last, unit)];
}

function sparkline(values: readonly number[]): string {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return values.map((value) => bars[Math.round(((value - low) / span) * (bars.length - 1))] ?? '▁').join('');
}
