import type { KnownBlock } from '@slack/types';
import type { Report, ReportedFinding } from '../core/report.ts';
import { context, numbered, section, type Message, type Rendered } from './blocks.ts';
import { append, fits, pack, type Piece } from './fit.ts';
import { budgets, limits, shownAtOnce } from './limits.ts';
import { clip, counted } from './mrkdwn.ts';
import { actionRow } from './render-actions.ts';
import { changedBlocks } from './render-changed.ts';
import { detailPieces, textPieces } from './render-details.ts';
import { heldOf, heldWords } from './render-held.ts';
import { incidentHead, type IncidentView } from './render-incident.ts';
import { itemBlocks } from './render-items.ts';
import { partBlocks } from './render-parts.ts';
import { chartPiece, type Pictures } from './render-chart.ts';
import { coverageLine, coverageOf, findingText, firstLine, resolvedLine, sorted } from './render-lines.ts';

/** Where it is shown: `ephemeral` has no thread, so there the details follow in the same message. */
export type ReportStyle = keyof typeof shownAtOnce;
/** `pictures`: of the report's own charts. */
export type ReportOptions = { style: ReportStyle; incident?: IncidentView; pictures?: Pictures };

/**
 * A report as Slack shows it: one line on a good day, at most twelve on a bad one, the evidence in the thread.
 * What finds no room is counted, never dropped in silence.
 */
export function renderReport(report: Report, options: ReportOptions): Rendered {
  const { main, later } = mainPart(report, options);
  if (options.style === 'ephemeral') return finished(append(main, later), []);
  return finished(main, pack(later, budgets.threadMessages));
}

function finished(main: Message, thread: readonly Message[]): Rendered {
  return { ...unique(main), thread: thread.map(unique) };
}

function unique(message: Message): Message {
  return { text: clip(message.text, limits.textCharacters), blocks: numbered(message.blocks) };
}

function mainPart(report: Report, options: ReportOptions): { main: Message; later: Piece[] } {
  const most = shownAtOnce[options.style];
  const head = options.incident ? incidentHead(options.incident) : undefined;
  const line = firstLine(report);
  const parts = partBlocks(report, most.partLines);
  const top = [...(head?.blocks ?? []), section(line)];
  const picture = pictureHere(report, options);
  const foot = [...picture, ...actionRow(report.next, budgets.nextButtons), ...lastLines(report, most.resolved)];
  const text = textPieces(report.text);
  const textHere = text
    .slice(0, most.paragraphs)
    .filter((_, n, few) => fits([...top, ...parts.blocks, ...foot, ...blocksOf(few.slice(0, n + 1))]));
  const plainTail = [...parts.blocks, ...blocksOf(textHere), ...foot];
  const changed = changedBlocks(report, { mostLines: most.changes, where: whereMore(options) }, [...top, ...plainTail]);
  const tail = [...changed.blocks, ...plainTail];
  const found = findingBlocks(report, options.style, [...top, ...tail]);
  const items = itemBlocks(report, most.findings, [...top, ...found.blocks, ...tail]);
  return {
    main: {
      text: head?.text ?? line,
      blocks: [...top, ...found.blocks, ...changed.blocks, ...items.blocks, ...plainTail],
    },
    later: [
      ...items.later,
      ...changed.later,
      ...text.slice(textHere.length),
      ...parts.hidden,
      ...detailPieces(report, found.shown, { pictures: options.pictures ?? [], shown: picture.length > 0 ? 1 : 0 }),
      ...resolvedPieces(report, most.resolved),
    ],
  };
}

/** One chart at most; an incident's message is written anew by others, who do not have its file. */
function pictureHere({ charts: [first] }: Report, { style, pictures = [] }: ReportOptions): KnownBlock[] {
  if (!first || style !== 'channel') return [];
  return [...chartPiece(first, pictures[0]).blocks];
}

function blocksOf(pieces: readonly Piece[]): KnownBlock[] {
  return pieces.flatMap((piece) => piece.blocks);
}

/** What is not shown at once stands there. */
function whereMore({ style }: Pick<ReportOptions, 'style'>): string {
  return style === 'ephemeral' ? 'below' : 'in the thread';
}

type Found = { blocks: KnownBlock[]; shown: ReadonlySet<ReportedFinding> };

function findingBlocks(report: Report, style: ReportStyle, others: readonly KnownBlock[]): Found {
  const all = sorted(report.findings);
  const where = whereMore({ style });
  const blocks: KnownBlock[] = [];
  const shown = new Set<ReportedFinding>();
  for (const finding of all.slice(0, shownAtOnce[style].findings)) {
    const row = actionRow(finding.actions ?? [], budgets.findingButtons);
    const own = [section(findingText(finding, where)), ...row];
    if (!fits([...others, ...blocks, ...own])) break;
    blocks.push(...own);
    shown.add(finding);
  }
  const rest = all.filter((finding) => !shown.has(finding));
  if (rest.length > 0) blocks.push(context(`${counted(rest.length, 'finding')} more ${where}: ${bySeverity(rest)}`));
  return { blocks, shown };
}

function bySeverity(findings: readonly ReportedFinding[]): string {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(finding.severity, (counts.get(finding.severity) ?? 0) + 1);
  return [...counts].map(([severity, count]) => `${count} ${severity}`).join(', ');
}

function lastLines(report: Report, mostResolved: number): KnownBlock[] {
  const coverage = coverageOf(report);
  const held = heldWords(heldOf(report));
  const said = report.status === 'healthy' && report.coverage?.gaps.length === 0 && held.length === 0;
  const resolved = allResolved(report);
  return [
    ...(resolved.length > 0 ? [context(resolvedLine(resolved, mostResolved))] : []),
    ...(coverage && !said ? [context([coverageLine(coverage), ...held].join('; '))] : []),
  ];
}

function allResolved(report: Report): string[] {
  return [...report.resolved, ...report.parts.flatMap((part) => part.resolved)];
}

function resolvedPieces(report: Report, most: number): Piece[] {
  return allResolved(report)
    .slice(most)
    .map((sentence) => {
      const line = resolvedLine([sentence], 1);
      return { noun: 'resolved finding', count: 1, text: line, blocks: [context(line)] };
    });
}
