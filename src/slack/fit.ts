import type { KnownBlock } from '@slack/types';
import { context, type Message } from './blocks.ts';
import { budgets, limits } from './limits.ts';
import { counted } from './mrkdwn.ts';

/** Something to show that must not be torn apart; `noun` and `count` say what is missing when it finds no room. */
export type Piece = Message & { noun: string; count: number };

/** The characters that Slack adds up against a message's total: everything but ids, types and button values. */
export function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + charactersIn(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  let sum = 0;
  for (const [key, one] of Object.entries(value)) {
    if (['type', 'action_id', 'block_id', 'value', 'style', 'task_id', 'status'].includes(key)) continue;
    sum += typeof one === 'string' ? one.length : charactersIn(one);
  }
  return sum;
}

/** True when the blocks are one message within our budgets. */
export function fits(blocks: readonly KnownBlock[]): boolean {
  return (
    blocks.length <= budgets.messageBlocks &&
    charactersIn(blocks) <= budgets.messageCharacters &&
    blocks.filter((block) => block.type === 'table').length <= limits.tablesPerMessage
  );
}

/**
 * Packs pieces into as few messages as possible, in order. What does not fit into `most` messages is counted in the last one:
 * "Left out for length: 12 findings, 30 rows." Nothing disappears in silence.
 */
export function pack(pieces: readonly Piece[], most: number): Message[] {
  const messages: { text: string; blocks: KnownBlock[] }[] = [];
  const left: Piece[] = [];
  for (const piece of pieces) {
    const last = messages.at(-1);
    if (left.length > 0) left.push(piece);
    else if (last && fits([...last.blocks, ...piece.blocks])) last.blocks.push(...piece.blocks);
    else if (messages.length < most) messages.push({ text: piece.text, blocks: [...piece.blocks] });
    else left.push(piece);
  }
  if (left.length > 0) messages.at(-1)?.blocks.push(leftOut(left));
  return messages;
}

/**
 * Adds pieces to the end of one message while they fit and counts the rest: for messages without a thread.
 * The counting line always has room, because our budgets end well below Slack's limits.
 */
export function append(message: Message, pieces: readonly Piece[]): Message {
  const blocks = [...message.blocks];
  const left: Piece[] = [];
  for (const piece of pieces) {
    if (left.length === 0 && fits([...blocks, ...piece.blocks])) blocks.push(...piece.blocks);
    else left.push(piece);
  }
  return { text: message.text, blocks: left.length > 0 ? [...blocks, leftOut(left)] : blocks };
}

function leftOut(pieces: readonly Piece[]): KnownBlock {
  const counts = new Map<string, number>();
  for (const piece of pieces) counts.set(piece.noun, (counts.get(piece.noun) ?? 0) + piece.count);
  return context(`Left out for length: ${[...counts].map(([noun, count]) => counted(count, noun)).join(', ')}.`);
}
