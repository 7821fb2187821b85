import type { ChangedLine, Report } from '../core/report.ts';
import { plain, wrapped, type Style } from './style.ts';

/** What changed since the last good report, for a terminal. */
export function changedLines({ changed, subject }: Report, width: number, paint: Style): string[] {
  if (!changed) return [];
  const { since, lines, others, notes } = changed;
  const title = since === null ? 'What changed is not known.' : sinceText(since, lines.length);
  return [
    ...wrapped(title, width).map((line) => paint.bold(line)),
    ...lines.flatMap((line) => wrapped(lineText(line, subject), width, { first: '  ', rest: '    ' })),
    ...(others.length === 0 ? [] : ['  Besides:']),
    ...others.flatMap(({ target, sentence }) =>
      wrapped(`${target}: ${plain(sentence)}`, width, { first: '  ', rest: '    ' }),
    ),
    ...notes.flatMap((note) => wrapped(plain(note), width, { first: '  ', rest: '  ' })),
  ];
}

function sinceText(since: string, lines: number): string {
  return lines === 0
    ? `Nothing that would explain it changed since ${since}, the last good report.`
    : `What changed since ${since}, the last good report, and may explain it:`;
}

function lineText({ target, sentence, sure, at, between }: ChangedLine, subject: string): string {
  const whose = target === subject ? '' : `${target}: `;
  const time = at !== undefined ? `, at ${at}` : between ? `, between ${between.from} and ${between.to}` : '';
  return plain(`${sure} · ${whose}${sentence}${time}`);
}
