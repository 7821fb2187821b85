import type { KnownBlock } from '@slack/types';
import type { ChangedLine, Report, WhatChanged } from '../core/report.ts';
import { context, sections } from './blocks.ts';
import { fits, type Piece } from './fit.ts';
import { budgets } from './limits.ts';
import { counted, inline, whenShort } from './mrkdwn.ts';

/** How many lines of it, and where the others are: `in the thread`, `below`. */
type Showing = { mostLines: number; where: string };

/**
 * What changed since the last good report: what may explain the findings as a short section, the rest of it for the thread.
 * Where there is no room for the section it goes to the thread as well.
 */
export function changedBlocks(
  report: Report,
  { mostLines, where }: Showing,
  others: readonly KnownBlock[],
): { blocks: KnownBlock[]; later: Piece[] } {
  if (!report.changed) return { blocks: [], later: [] };
  const { changed } = report;
  const blocks =
    changed.lines.length === 0
      ? [context(nothingText(changed, report.at, where))]
      : linesBlock(report, changed, { mostLines, where });
  const more = [...hiddenPieces(report, changed, mostLines), ...restPieces(changed)];
  if (fits([...others, ...blocks])) return { blocks, later: more };
  return { blocks: [], later: [piece(titleText(changed, report.at), blocks), ...more] };
}

/** All of it, for a thread. */
export function changedPieces(report: Report): Piece[] {
  const { blocks, later } = changedBlocks(report, { mostLines: Number.POSITIVE_INFINITY, where: 'below' }, []);
  return blocks.length === 0 ? later : [piece('What changed', blocks), ...later];
}

/** The likeliest explanation in a few words, for one line. */
export function likeliest({ changed, subject }: Report): string {
  const [line] = changed?.lines ?? [];
  if (line?.sure !== 'likely') return '';
  return ` · may be explained by: ${whose(line, subject)}${inline(line.sentence, budgets.markCharacters)}`;
}

function linesBlock(report: Report, changed: WhatChanged, { mostLines, where }: Showing): KnownBlock[] {
  const shown = changed.lines.slice(0, mostLines);
  const more = changed.lines.length - shown.length + changed.others.length;
  const lines = [titleText(changed, report.at), ...shown.map((line) => lineText(line, report))];
  const rest = more === 0 ? [] : [context(`${counted(more, 'change')} more ${where}`)];
  return [...sections(lines.join('\n')), ...rest];
}

function hiddenPieces(report: Report, { lines }: WhatChanged, mostLines: number): Piece[] {
  return lines.slice(mostLines).map((line) => {
    const text = lineText(line, report);
    return piece(text, sections(text));
  });
}

function restPieces({ others, notes, lines }: WhatChanged): Piece[] {
  const rest = others.map(
    ({ target, sentence }) => `• *${inline(target, 80)}* ${inline(sentence, budgets.changeCharacters)}`,
  );
  const unseen =
    lines.length === 0 ? [] : notes.map((note) => `:white_circle: ${inline(note, budgets.nextCharacters)}`);
  return [
    ...(rest.length === 0
      ? []
      : [piece('Changed besides', sections(['*Changed besides*', ...rest].join('\n')), rest.length)]),
    ...(unseen.length === 0 ? [] : [piece('Not compared', [context(unseen.join('\n'))])]),
  ];
}

function titleText({ since }: WhatChanged, now: string): string {
  return since === null
    ? ':mag: *What changed* here is not known. This may explain it:'
    : `:mag: *What changed* since ${whenShort(since, now)}, the last good report. It may explain:`;
}

/** One honest line: that nothing did, or that nobody can say. */
function nothingText({ since, notes, others }: WhatChanged, now: string, where: string): string {
  const told = notes.map((note) => inline(note, budgets.changeCharacters)).join(' ');
  if (since === null) return `:mag: What changed is not known. ${told}`.trim();
  const besides = others.length === 0 ? '' : ` (${counted(others.length, 'change')} of another kind ${where})`;
  return `:mag: Nothing that would explain it changed since ${whenShort(since, now)}, the last good report${besides}. ${told}`.trim();
}

function lineText(line: ChangedLine, { subject, at, changed }: Report): string {
  const time = whenText(line, changed?.since ?? null, at);
  return `• ${line.sure} · ${whose(line, subject)}${inline(line.sentence, budgets.changeCharacters)}${time}`;
}

function whose({ target }: ChangedLine, subject: string): string {
  return target === subject ? '' : `*${inline(target, 80)}* `;
}

/** What the title says already is left out: since the good report, until now. */
function whenText({ at, between }: ChangedLine, since: string | null, now: string): string {
  if (at !== undefined) return `, at ${whenShort(at, now)}`;
  if (between === undefined) return '';
  const after = between.from === since ? '' : `after ${whenShort(between.from, now)}`;
  const before = between.to === now ? '' : `before ${whenShort(between.to, now)}`;
  return after === '' && before === '' ? '' : `, ${[after, before].filter((word) => word !== '').join(' and ')}`;
}

function piece(text: string, blocks: readonly KnownBlock[], count = 1): Piece {
  return { noun: 'change', count, text, blocks };
}
