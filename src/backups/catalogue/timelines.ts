import { timelinePath as wayTo } from '../wal/history.ts';

/** From which LSN on a timeline counts; its WAL before that is its parent's. */
export type TimelineStep = { timeline: number; fromLsn: number };

/** Pure: the way to a timeline from the first one, oldest first, of its history file; undefined where that is not as it should be. */
export function timelinePath(timeline: number, history: string): TimelineStep[] | undefined {
  const way = whole(timeline, history);
  if (way === undefined || way.length < 2) return undefined;
  const isOrdered = way.every(({ beginLsn }, index) => beginLsn >= (way[index - 1]?.beginLsn ?? 0n));
  return isOrdered ? way.map((part) => ({ timeline: part.timeline, fromLsn: Number(part.beginLsn) })) : undefined;
}

function whole(timeline: number, history: string): ReturnType<typeof wayTo> | undefined {
  try {
    return wayTo(timeline, history);
  } catch (thrown) {
    if (thrown instanceof RangeError || thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}
