import { lsnNumber } from './lsn.ts';

/** From which LSN on a timeline counts; its WAL before that is its parent's. */
export type TimelineStep = { timeline: number; fromLsn: number };

/**
 * Pure: the way to a timeline from the first one, oldest first. `history` is its history file: `1\t0/5000000\treason` a line;
 * undefined where a line is not as it should be. https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES
 */
export function timelinePath(timeline: number, history: string): TimelineStep[] | undefined {
  const ends: { timeline: number; endLsn: number }[] = [];
  for (const line of history.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, parent, lsn] = /^(\d+)\s+([0-9A-Fa-f]+\/[0-9A-Fa-f]+)(?:\s|$)/.exec(line) ?? [];
    if (parent === undefined || lsn === undefined) return undefined;
    ends.push({ timeline: Number(parent), endLsn: lsnNumber(lsn) });
  }
  const ordered = ends.every(({ endLsn }, index) => endLsn >= (ends[index - 1]?.endLsn ?? 0));
  if (!ordered || ends.length === 0) return undefined;
  return [...ends.map(({ timeline: of }) => of), timeline].map((of, index) => ({
    timeline: of,
    fromLsn: ends[index - 1]?.endLsn ?? 0,
  }));
}
