import type { Counted, Sign } from '../core/statement.ts';

/** A page more or less is no reason. */
const LEAST_PAGES = 8;
const GREW = 1.5;
/** Of the time that a call takes longer. */
const LEAST_PART = 0.3;

/**
 * Pure: what grew along with the time of a call, the likeliest reason first. Work that did not grow leaves waiting: for a lock,
 * a processor, or a disk whose time is not measured.
 */
export function signsOf(before: Counted, now: Counted): Sign[] {
  const found = [spill(before, now), ...time(before, now), ...work(before, now)].flatMap((sign) => sign ?? []);
  if (found.length > 0) return found;
  return [{ what: 'waits', before: before.totalMs, now: now.totalMs }];
}

function spill(before: Counted, now: Counted): Sign | undefined {
  if (now.tempPages < LEAST_PAGES || now.tempPages < GREW * before.tempPages) return undefined;
  return { what: 'tempPages', before: before.tempPages, now: now.tempPages };
}

function time(before: Counted, now: Counted): Sign[] {
  const longer = now.totalMs - before.totalMs;
  const counters = ['planMs', 'jitMs'] as const;
  return counters
    .filter((counter) => longer > 0 && now[counter] - before[counter] >= LEAST_PART * longer)
    .map((what) => ({ what, before: before[what], now: now[what] }));
}

function work(before: Counted, now: Counted): Sign[] {
  const [pagesBefore, pagesNow] = [before.hitPages + before.readPages, now.hitPages + now.readPages];
  const pages = grew('pages', pagesBefore, pagesNow, LEAST_PAGES);
  const rows = grew('rows', before.rows, now.rows, 1);
  const read = pages ? undefined : grew('readPages', before.readPages, now.readPages, LEAST_PAGES);
  const wal = grew('walBytes', before.walBytes, now.walBytes, 8_192);
  // More rows explain as many times the pages; far more pages than rows are another way through the tables.
  const isOtherWay = pages && (!rows || ratioOf(pages) > 3 * ratioOf(rows));
  const first = isOtherWay ? [pages, rows] : [rows, pages];
  return [...first, read, wal].flatMap((sign) => sign ?? []);
}

function grew(what: Sign['what'], before: number, now: number, least: number): Sign | undefined {
  return now - before >= least && now >= GREW * before ? { what, before, now } : undefined;
}

function ratioOf({ before, now }: Sign): number {
  return now / Math.max(1, before);
}
