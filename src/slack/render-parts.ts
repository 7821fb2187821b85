import type { KnownBlock } from '@slack/types';
import { statuses, type Report } from '../core/report.ts';
import { section, sections } from './blocks.ts';
import type { Piece } from './fit.ts';
import { budgets } from './limits.ts';
import { counted, inline } from './mrkdwn.ts';
import { actionRow } from './render-actions.ts';
import { likeliest } from './render-changed.ts';
import { bold, headline, icons, sorted } from './render-lines.ts';

/**
 * One line for each target in trouble, worst first; healthy ones share a line when they are many.
 * `hidden` holds the targets in trouble that found no room.
 */
export function partBlocks(report: Report, mostLines: number): { blocks: KnownBlock[]; hidden: Piece[] } {
  if (report.parts.length === 0) return { blocks: [], hidden: [] };
  const parts = report.parts.toSorted((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status));
  const troubled = parts.filter((part) => part.status !== 'healthy');
  const healthy = parts.filter((part) => part.status === 'healthy').map(partLine);
  const crowded = healthy.length > 5 || parts.length > mostLines || withinBudget(healthy).length < healthy.length;
  const last = crowded ? countedHealthy(healthy.length) : healthy;
  const room = Math.max(1, mostLines - last.length - 1);
  const shown = troubled.slice(0, withinBudget(troubled.slice(0, room).map(partLine)).length);
  const hidden = troubled.slice(shown.length).map(partLine);
  const more = hidden.length === 0 ? [] : [`${counted(hidden.length, 'target')} more in trouble`];
  return {
    blocks: [...shown.map(partBlock), ...sections([...more, ...last].join('\n'))],
    hidden: hidden.map((line) => ({ noun: 'target', count: 1, text: line, blocks: [section(line)] })),
  };
}

/** The line of a target with the one thing that a person would do next. */
function partBlock(part: Report): KnownBlock {
  const block = section(partLine(part));
  const [row] = actionRow(part.next, 1);
  const [accessory] = row?.elements ?? [];
  return accessory?.type === 'button' ? { ...block, accessory } : block;
}

function countedHealthy(count: number): string[] {
  return count === 0 ? [] : [`:large_green_circle: ${counted(count, 'target')} healthy`];
}

function withinBudget(lines: readonly string[]): string[] {
  let characters = 0;
  return lines.filter((line) => (characters += line.length) <= budgets.partLinesCharacters);
}

/** One target of several, in one line: its state and its worst finding. */
function partLine(part: Report): string {
  const worst = sorted(part.findings)[0];
  const finding = worst ? ` · ${worst.change} ${worst.severity}: ${inline(worst.sentence, 240)}` : '';
  return `${icons[part.status]} ${bold(part.subject)} ${headline(part, budgets.partHeadlineCharacters)}${finding}${likeliest(part)}`;
}
