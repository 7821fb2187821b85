import type { PathPart } from './history.ts';
import { segmentStart, type Segment } from './segment.ts';

/** How the server stands: its way of timelines, how far its WAL is flushed, and from where its slot keeps it. */
export type WalSource = { path: readonly PathPart[]; flushLsn: bigint; slotLsn: bigint; segmentBytes: number };
/** The last that the store has of the server's timelines. */
export type WalHead = { timeline: number; endLsn: bigint };
/** One object that is to be stored: a segment, or its beginning. */
export type WalPiece = Segment & { endLsn: bigint };
/** What is to be asked of the server at once: one timeline, from the beginning of a segment. */
export type DrainStretch = { timeline: number; pieces: readonly WalPiece[] };
export type DrainPlan = {
  fromLsn: bigint;
  stretches: readonly DrainStretch[];
  /** Where the store ends and what follows is not to be had. */
  gap?: { afterLsn: bigint | null };
};

/**
 * Pure: what has to be stored so that the store is as far as the server. It goes on where the store ends, whatever the slot says:
 * after a promotion the slot is new and the WAL is still there. `lost` where the server has less WAL than it once had.
 */
export function planDrain(source: WalSource, head: WalHead | undefined): DrainPlan | { lost: bigint } {
  const { path, flushLsn } = source;
  const at = path.findIndex(({ timeline }) => timeline === head?.timeline);
  const part = path[at];
  if (head === undefined || part === undefined) return planFromSlot(source, head);
  if (part.endLsn === undefined && head.endLsn > flushLsn) return { lost: head.endLsn };
  // What the store has beyond the fork was never part of what the server has now.
  const fromLsn = part.endLsn !== undefined && part.endLsn < head.endLsn ? part.endLsn : head.endLsn;
  return { fromLsn, stretches: stretchesFrom(source, fromLsn, at) };
}

/** The same where the server has not got any more what the store lacks: from the segment on that its slot keeps. */
export function planFromSlot(source: WalSource, head: WalHead | undefined): DrainPlan {
  const { path, slotLsn, segmentBytes } = source;
  const fromLsn = segmentStart(slotLsn, segmentBytes);
  const at = path.findLastIndex(({ beginLsn }) => beginLsn <= slotLsn);
  return { fromLsn, stretches: stretchesFrom(source, fromLsn, at), gap: { afterLsn: head?.endLsn ?? null } };
}

function stretchesFrom(source: WalSource, fromLsn: bigint, first: number): DrainStretch[] {
  const { path, flushLsn, segmentBytes } = source;
  return path.slice(first).flatMap(({ timeline, beginLsn, endLsn = flushLsn }) => {
    const begin = beginLsn > fromLsn ? beginLsn : fromLsn;
    if (endLsn <= begin) return [];
    // Segments are asked for from their beginning: what a store has of the last one is only its beginning.
    const pieces = piecesOf({ timeline, startLsn: segmentStart(begin, segmentBytes) }, endLsn, segmentBytes);
    return [{ timeline, pieces }];
  });
}

function piecesOf({ timeline, startLsn }: Segment, toLsn: bigint, segmentBytes: number): WalPiece[] {
  const pieces: WalPiece[] = [];
  for (let at = startLsn; at < toLsn; at += BigInt(segmentBytes)) {
    const end = at + BigInt(segmentBytes);
    pieces.push({ timeline, startLsn: at, endLsn: end < toLsn ? end : toLsn });
  }
  return pieces;
}
