import { bytesText } from '../../../core/amount.ts';
import type { LogsDocument } from '../../../logs/report/document.ts';
import { bucketsOf } from '../../../logs/report/timeline-buckets.ts';
import { plain, wrapped } from '../../style.ts';
import { counted, countText, durationText } from '../amounts.ts';
import { sparkline } from '../drawings.ts';
import type { LogsPage } from './report.ts';

const LABEL = 12;
/** Behind a sparkline stands its peak. */
const PEAK = 26;

/** What was read, over which time, and the whole in a few numbers. */
export function headLines(document: LogsDocument, page: LogsPage): string[] {
  const { paint, width } = page;
  return [
    `${paint.status(document.read.complete ? 'healthy' : 'warning', '●')} ${paint.bold('PostgreSQL logs')} ${periodText(document)}`,
    ...wrapped(readText(document), width, { first: '  ', rest: '  ' }).map(paint.dim),
    ...wrapped(formatText(document), width, { first: '  ', rest: '  ' }).map(paint.dim),
    '',
    ...wrapped(wholeText(document), width),
    ...timelineLines(document, page),
  ];
}

/** `2026-11-28 15:06 to 15:09 (4 min)`; the day stands once when it is the same. */
export function periodText({ period: { from, to } }: LogsDocument): string {
  if (from === null || to === null) return '';
  const end = from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to;
  const ms = Date.parse(`${to.replace(' ', 'T')}Z`) - Date.parse(`${from.replace(' ', 'T')}Z`);
  return from === to ? from : `${from} to ${end} (${durationText(ms)})`;
}

export function readText({ read }: LogsDocument): string {
  const speed = read.seconds > 0 ? `, ${bytesText(read.bytes / read.seconds)}/s` : '';
  const seconds = durationText(read.seconds * 1_000);
  return `${counted(read.files.length, 'file')}, ${bytesText(read.bytes)}, ${counted(read.entries, 'entry', 'entries')} in ${seconds}${speed}`;
}

/** Each way in which the files were read, once. */
export function formatText({ read }: LogsDocument): string {
  const ways = read.files.flatMap(({ format, prefix, formatFrom }) => {
    if (format === null) return [];
    const from = formatFrom === 'given' ? 'as given' : 'found out from the log';
    return [prefix === null ? `${format}log` : `stderr, log_line_prefix ${plain(`'${prefix}'`)}, ${from}`];
  });
  return [...new Set(ways)].join('; ');
}

function wholeText(document: LogsDocument): string {
  const calls = document.statements.reduce((sum, one) => sum + one.calls, document.othersCalls);
  const totalMs = document.statements.reduce((sum, one) => sum + one.totalMs, 0);
  const sum = (rows: readonly { count: number }[]): number => rows.reduce((all, { count }) => all + count, 0);
  return [
    `${counted(calls, 'statement')} of ${counted(document.statements.length, 'shape')}, ${durationText(totalMs)}`,
    counted(sum(document.errors), 'error'),
    counted(sum(document.lockWaits), 'lock wait'),
    counted(document.deadlocks, 'deadlock'),
    counted(sum(document.tempFiles), 'temporary file'),
    counted(sum(document.checkpoints), 'checkpoint'),
  ].join(' · ');
}

function timelineLines({ timeline }: LogsDocument, { width, paint }: LogsPage): string[] {
  const { minutes, buckets } = bucketsOf(timeline, width - LABEL - PEAK);
  if (buckets.length < 2) return [];
  const per =
    minutes === 1
      ? '/min'
      : minutes < 60
        ? `/${minutes} min`
        : minutes % 1_440 === 0
          ? `/${minutes / 1_440} d`
          : `/${minutes / 60} h`;
  const rows = (['statements', 'errors', 'connections'] as const).flatMap((what) => {
    const values = buckets.map((bucket) => bucket[what]);
    const most = Math.max(...values);
    if (most === 0) return [];
    const at = new Date(buckets[values.indexOf(most)]?.fromMs ?? 0).toISOString().slice(11, 16);
    const line = sparkline(values);
    const painted = what === 'errors' ? paint.status('warning', line) : line;
    return [`${paint.dim(what.padEnd(LABEL))}${painted}  ${paint.dim(`${countText(most)}${per} at ${at}`)}`];
  });
  return rows.length === 0 ? [] : ['', ...rows];
}
