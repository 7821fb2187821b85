import type { Item, Report } from '../core/report.ts';
import type { KnownBlock } from '@slack/types';
import { preformatted, section } from './blocks.ts';
import { fits, type Piece } from './fit.ts';
import { budgets } from './limits.ts';
import { clip, inline } from './mrkdwn.ts';
import { actionRow } from './render-actions.ts';

/** The first items of a report, each with its buttons, as far as there is room; the others are told later. */
export function itemBlocks(
  report: Report,
  most: number,
  others: readonly KnownBlock[],
): { blocks: KnownBlock[]; later: Piece[] } {
  const pieces = (report.items ?? []).map(itemPiece);
  const shown: Piece[] = [];
  for (const piece of pieces.slice(0, most)) {
    if (!fits([...others, ...shown.flatMap(({ blocks }) => blocks), ...piece.blocks])) break;
    shown.push(piece);
  }
  return { blocks: shown.flatMap(({ blocks }) => blocks), later: pieces.slice(shown.length) };
}

function itemPiece({ text, lines, next }: Item): Piece {
  const told = inline(text, budgets.sentenceCharacters);
  const drawing = clip(lines.join('\n'), budgets.drawingCharacters);
  return {
    noun: 'item',
    count: 1,
    text: told,
    blocks: [
      section(told),
      ...(drawing === '' ? [] : preformatted(drawing)),
      ...actionRow(next, budgets.findingButtons),
    ],
  };
}
