import type { KnownBlock } from '@slack/types';
import { statuses, type Report } from '../core/report.ts';
import { section, sections } from './blocks.ts';
import type { Piece } from './fit.ts';
import { budgets } from './limits.ts';
import { counted, duration, inline } from './mrkdwn.ts';
import { bold, headline, icons, sorted } from './render-lines.ts';

/**
 * One line for each target in trouble, worst first; healthy ones share a line when they are many.
 * `hidden` holds the targets in trouble that found no room.
 */
export function partBlocks(report: Report, mostLines: number): { blocks: KnownBlock[]; hidden: Piece[] } {
  if (report.parts.length === 0) return { blocks: [], hidden: [] };
  const parts = report.parts.toSorted((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status));
  const troubled = parts.filter((part) => part.status !== 'healthy').map((part) => partLine(part, report.at));
  const healthy = parts.filter((part) => part.status === 'healthy').map((part) => partLine(part, report.at));
  const crowded = healthy.length > 5 || parts.length > mostLines || withinBudget(healthy).length < healthy.length;
  const last = crowded ? countedHealthy(healthy.length) : healthy;
  const shown = withinBudget(troubled.slice(0, Math.max(1, mostLines - last.length - 1)));
  const hidden = troubled.slice(shown.length);
  const more = hidden.length === 0 ? [] : [`${counted(hidden.length, 'target')} more in trouble`];
  return {
    blocks: sections([...shown, ...more, ...last].join('\n')),
    hidden: hidden.map((line) => ({ noun: 'target', count: 1, text: line, blocks: [section(line)] })),
  };
}

function countedHealthy(count: number): string[] {
  return count === 0 ? [] : [`:large_green_circle: ${counted(count, 'target')} healthy`];
}

function withinBudget(lines: readonly string[]): string[] {
  let characters = 0;
  return lines.filter((line) => (characters += line.length) <= budgets.partLinesCharacters);
}

/** One target of several, in one line: state, worst finding, age of what it says. */
export function partLine(part: Report, at: string): string {
  const worst = sorted(part.findings)[0];
  const finding = worst ? ` · ${worst.change} ${worst.severity}: ${inline(worst.sentence, 240)}` : '';
  const ageSeconds = (Date.parse(at) - Date.parse(part.at)) / 1000;
  const age = ageSeconds >= 60 ? ` · ${duration(ageSeconds)} ago` : '';
  return `${icons[part.status]} ${bold(part.subject)} ${headline(part, budgets.partHeadlineCharacters)}${finding}${age}`;
}
