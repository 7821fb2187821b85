import type { PathPart } from './history.ts';
import { segmentStart } from './segment.ts';
import { bestOf, type StoredWal } from './stored.ts';

/** How far WAL goes on without a gap, and in which objects it lies; `next` is the first of what lies beyond the gap. */
export type Cover = { toLsn: bigint; pieces: readonly StoredWal[]; next?: StoredWal };

/** Pure: the WAL of a way of timelines from a position on, as far as it goes on, in the order in which a server reads it. */
export function coverFrom(
  fromLsn: bigint,
  path: readonly PathPart[],
  stored: readonly StoredWal[],
  segmentBytes: number,
): Cover {
  // The newest timeline comes first, as for the server: a segment in which it begins has all that came before in it.
  const parts = path.toReversed().map((part) => ({ part, best: bySegment(stored, part.timeline) }));
  const pieces: StoredWal[] = [];
  let toLsn = fromLsn;
  for (;;) {
    const start = segmentStart(toLsn, segmentBytes);
    const found = parts.flatMap(({ part, best }) => reachOf(best.get(start), part, segmentBytes));
    const further = found.find(({ reach }) => reach > toLsn && !found.some((other) => other.reach > reach));
    if (further === undefined) break;
    pieces.push(further.piece);
    toLsn = further.reach;
  }
  const timelines = new Set(path.map(({ timeline }) => timeline));
  const beyond = stored.filter(
    ({ timeline, endLsn, startLsn }) => timelines.has(timeline) && startLsn >= toLsn && endLsn > toLsn,
  );
  const [next] = beyond.toSorted((a, b) => (a.startLsn < b.startLsn ? -1 : 1));
  return { toLsn, pieces, ...(next === undefined ? {} : { next }) };
}

function bySegment(stored: readonly StoredWal[], timeline: number): Map<bigint, StoredWal> {
  return new Map(bestOf(stored.filter((one) => one.timeline === timeline)).map((one) => [one.startLsn, one]));
}

/** How far a piece holds what belongs to this way. */
function reachOf(piece: StoredWal | undefined, { beginLsn, endLsn }: PathPart, segmentBytes: number) {
  if (piece === undefined || beginLsn >= piece.startLsn + BigInt(segmentBytes)) return [];
  const reach = endLsn !== undefined && endLsn < piece.endLsn ? endLsn : piece.endLsn;
  return reach > piece.startLsn ? [{ piece, reach }] : [];
}
