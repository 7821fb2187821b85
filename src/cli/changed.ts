import type { ChangedLine, Report, WhatChanged } from '../core/report.ts';
import { plain, wrapped, type Style } from './style.ts';

/** What changed since the last good report, for a terminal. */
export function changedLines({ changed, subject, at }: Report, width: number, paint: Style): string[] {
  if (!changed) return [];
  const { since, lines, others, notes } = changed;
  const title = since === null ? unknownText(lines.length) : sinceText(since, changed);
  return [
    ...wrapped(title, width).map((line) => paint.bold(line)),
    ...lines.flatMap((line) =>
      wrapped(lineText(line, { subject, since, now: at }), width, { first: '  ', rest: '    ' }),
    ),
    ...(others.length === 0 ? [] : ['  Besides:']),
    ...others.flatMap(({ target, sentence }) =>
      wrapped(`${target}: ${plain(sentence)}`, width, { first: '  ', rest: '    ' }),
    ),
    ...notes.flatMap((note) => wrapped(plain(note), width, { first: '  ', rest: '  ' })),
  ];
}

/** Neighbours may have a good report where the target itself has none. */
function unknownText(lines: number): string {
  return lines === 0 ? 'What changed is not known.' : 'What changed here is not known. This may explain it:';
}

function sinceText(since: string, { lines, notes }: WhatChanged): string {
  if (lines.length > 0) return `What changed since ${since}, the last good report, and may explain it:`;
  const nothing = notes.length === 0 ? 'Nothing' : 'Of what could be compared, nothing';
  return `${nothing} that would explain it changed since ${since}, the last good report.`;
}

type About = { subject: string; since: string | null; now: string };

function lineText(line: ChangedLine, about: About): string {
  const whose = line.target === about.subject ? '' : `${line.target}: `;
  return plain(`${line.sure} · ${whose}${line.sentence}${timeText(line, about)}`);
}

/** What the title says already is left out: since the good report, until now. */
function timeText({ at, between }: ChangedLine, { since, now }: About): string {
  if (at !== undefined) return `, at ${at}`;
  if (between === undefined) return '';
  const after = between.from === since ? [] : [`after ${between.from}`];
  const before = between.to === now ? [] : [`before ${between.to}`];
  const words = [...after, ...before].join(' and ');
  return words === '' ? '' : `, ${words}`;
}
