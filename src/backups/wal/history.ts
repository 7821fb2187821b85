import { lsnOf } from '../../core/lsn.ts';

/** A timeline and where it ended because the next one of the path begins there; the last has no end. */
export type PathPart = { timeline: number; beginLsn: bigint; endLsn?: bigint };

/**
 * The way from the first timeline to this one, oldest first, as its history file tells it; timeline 1 has none. Throws a RangeError
 * where the file is broken. https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES
 */
export function timelinePath(timeline: number, history: string | undefined): PathPart[] {
  const path: PathPart[] = [];
  let beginLsn = 0n;
  for (const line of (history ?? '').split('\n').filter((one) => /^\s*[^#\s]/.test(one))) {
    const [, of = '', at = ''] = /^\s*(\d+)\s+([0-9A-Fa-f]+\/[0-9A-Fa-f]+)/.exec(line) ?? [];
    if (of === '') throw new RangeError(`the history of timeline ${timeline} has a line that says no switch`);
    const endLsn = lsnOf(at);
    path.push({ timeline: Number(of), beginLsn, endLsn });
    beginLsn = endLsn;
  }
  if (timeline > 1 && path.length === 0) throw new RangeError(`the history of timeline ${timeline} is empty`);
  return [...path, { timeline, beginLsn }];
}
