import type { DocumentStatement, LogsDocument } from '../../../logs/report/document.ts';
import { plain, wrapped } from '../../style.ts';
import { countText, durationText, shareText } from '../amounts.ts';
import { shareBar } from '../drawings.ts';
import type { LogsPage } from './report.ts';

const BAR = 10;
const MOST_LINES = 3;
const INDENT = '      ';

/** The statements by the time they took together, by calls and by the longest call: the last two where they tell more. */
export function statementLines(document: LogsDocument, page: LogsPage): string[][] {
  const { othersCalls } = document;
  const statements = document.statements.filter(({ calls }) => calls > 0);
  const planned = document.statements.length - statements.length;
  const plans =
    planned === 0
      ? []
      : [
          page.paint.dim(
            `${INDENT}and plans alone of ${countText(planned)}, without durations: --json or --html show them`,
          ),
        ];
  if (statements.length === 0) {
    return [
      [
        page.paint.bold('Statements'),
        '  No durations in this log: set log_min_duration_statement (in ms; 0 logs every statement).',
        ...plans,
      ],
    ];
  }
  const rest =
    othersCalls === 0 ? [] : [`${countText(othersCalls)} calls are of shapes beyond the first ten thousand.`];
  return [
    [...byTotal(statements, page), ...plans, ...rest],
    ranking(
      'Most frequent',
      statements.toSorted((a, b) => b.calls - a.calls),
      page,
    ),
    ranking(
      'Slowest',
      statements.toSorted((a, b) => b.maxMs - a.maxMs),
      page,
    ),
  ];
}

function byTotal(statements: readonly DocumentStatement[], { width, top, paint }: LogsPage): string[] {
  const whole = statements.reduce((sum, { totalMs }) => sum + totalMs, 0) || 1;
  const shown = statements.slice(0, top);
  const columns = ['total', 'calls', 'mean', 'p95', 'max'].map((name) => name.padStart(12)).join('');
  const most = (shown[0]?.totalMs ?? 0) / whole || 1;
  const left = statements.length - shown.length;
  return [
    paint.bold('Top statements by total time'),
    paint.dim(`${'share'.padStart(5 + BAR + 8)}${columns}`),
    ...shown.flatMap((one, n) => {
      const share = one.totalMs / whole;
      const bar = shareBar(share / most, BAR).padEnd(BAR);
      const numbers = numbersOf(one)
        .map((text) => text.padStart(12))
        .join('');
      return [
        `${String(n + 1).padStart(3)}  ${paint.status('info', bar)}${shareText(share).padStart(8)}${numbers}`,
        ...statementText(one, width).map((line) => `${INDENT}${line}`),
      ];
    }),
    ...(left > 0 ? [paint.dim(`${INDENT}and ${countText(left)} more: --top, --json or --html show them`)] : []),
  ];
}

function numbersOf({ totalMs, calls, meanMs, p95Ms, maxMs }: DocumentStatement): string[] {
  return [durationText(totalMs), countText(calls), durationText(meanMs), durationText(p95Ms), durationText(maxMs)];
}

/** Its short name and its shape, cut after a few lines. */
function statementText({ id, text }: DocumentStatement, width: number): string[] {
  const lines = wrapped(`${shortId(id)} ${plain(text)}`, width - INDENT.length);
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), `${(lines[MOST_LINES - 1] ?? '').slice(0, width - INDENT.length - 2)} …`];
}

/** `q:3fa9c1`, as a statement is named everywhere. */
export function shortId(id: string): string {
  return `q:${id.slice(0, 6)}`;
}

/** One line a statement: the number that counts, and where to find it. */
function ranking(title: string, ranked: readonly DocumentStatement[], { width, top, paint }: LogsPage): string[] {
  if (ranked.length < 2) return [];
  const rows = ranked.slice(0, Math.min(top, 5)).map((one) => {
    const number = title === 'Slowest' ? durationText(one.maxMs) : `${countText(one.calls)} ×`;
    const other = title === 'Slowest' ? `${countText(one.calls)} ×` : durationText(one.meanMs);
    const lead = `${number.padStart(14)}${other.padStart(12)}  `;
    return `${lead}${clipped(`${shortId(one.id)} ${plain(one.text)}`, width - lead.length)}`;
  });
  const head = title === 'Slowest' ? ['max', 'calls'] : ['calls', 'mean'];
  return [paint.bold(title), paint.dim(`${(head[0] ?? '').padStart(14)}${(head[1] ?? '').padStart(12)}`), ...rows];
}

export function clipped(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}
