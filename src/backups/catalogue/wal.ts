import type { WalObject } from './listing.ts';
import { segmentName } from '../wal/segment.ts';
import type { TimelineStep } from './timelines.ts';

const MIB = 2 ** 20;
const HALF = 2 ** 32;
const USUAL = 16 * MIB;

/** WAL that can be applied without a break: whole segments, and perhaps the beginning of one more. ISO times are those of the store. */
export type WalRun = {
  /** Segment numbers, `to` included. */
  from: number;
  to: number;
  /** When the first and the last of it were stored: nothing that happened after `toAt` is in it. */
  fromAt: string;
  toAt: string;
  endLsn: number;
  endTimeline: number;
};
/** What is missing between two runs. */
export type WalGap = { firstMissing: string; missing: number; fromAt: string; toAt: string };

export type WalCoverage = {
  segmentBytes: number;
  path: readonly TimelineStep[];
  runs: readonly WalRun[];
  gaps: readonly WalGap[];
};

/**
 * Pure: how large segments are: 1 MiB to 1 GiB, a power of two. A partial one gives it away, since its number and its end are both
 * in its name; else it is the usual 16 MiB, or less where a number would not fit.
 */
export function segmentBytesOf(wal: readonly WalObject[]): number {
  const sizes = Array.from({ length: 11 }, (_, power) => MIB * 2 ** power);
  const partials = wal.filter(({ partialEnd, low }) => partialEnd !== undefined && low > 0);
  const possible = sizes.filter(
    (size) =>
      wal.every(({ low }) => low < HALF / size) &&
      partials.every(({ low, partialEnd = 0 }) => Math.floor(((partialEnd - 1) % HALF) / size) === low),
  );
  return possible.includes(USUAL) ? USUAL : (possible.at(-1) ?? USUAL);
}

/** Pure: what of the WAL on the way to a timeline can be applied without a break. */
export function walCoverage(wal: readonly WalObject[], path: readonly TimelineStep[]): WalCoverage {
  const segmentBytes = segmentBytesOf(wal);
  const onPath = [...bestOf(wal, path, segmentBytes).entries()].toSorted(([one], [other]) => one - other);
  const runs: WalRun[] = [];
  let open = false;
  for (const [segment, object] of onPath) {
    const last = runs.at(-1);
    const next = {
      to: segment,
      toAt: object.modifiedAt,
      endTimeline: object.timeline,
      endLsn: endOf(object, segment, segmentBytes),
    };
    if (open && last?.to === segment - 1) Object.assign(last, next);
    else runs.push({ from: segment, fromAt: object.modifiedAt, ...next });
    open = object.partialEnd === undefined;
  }
  return { segmentBytes, path, runs, gaps: gapsBetween(runs, path, segmentBytes) };
}

/** One object for each segment: of the timeline that counts there, the whole one or the longest. */
function bestOf(wal: readonly WalObject[], path: readonly TimelineStep[], bytes: number): Map<number, WalObject> {
  const best = new Map<number, WalObject>();
  for (const object of wal) {
    const segment = segmentOf(object, bytes);
    if (timelineAt(path, segment, bytes) !== object.timeline) continue;
    const known = best.get(segment);
    if (known === undefined || (known.partialEnd ?? Infinity) < (object.partialEnd ?? Infinity))
      best.set(segment, object);
  }
  return best;
}

export function segmentOf({ high, low }: WalObject, bytes: number): number {
  return high * (HALF / bytes) + low;
}

/** The segment in which one timeline becomes another has a copy on both: PostgreSQL reads that of the younger one. */
export function timelineAt(path: readonly TimelineStep[], segment: number, bytes: number): number | undefined {
  return path.findLast(({ fromLsn }) => Math.floor(fromLsn / bytes) <= segment)?.timeline;
}

function endOf({ partialEnd }: WalObject, segment: number, bytes: number): number {
  return partialEnd ?? (segment + 1) * bytes;
}

/** A run that ends within a segment is followed by that segment's rest, which is missing. */
function gapsBetween(runs: readonly WalRun[], path: readonly TimelineStep[], bytes: number): WalGap[] {
  return runs.slice(1).map((run, index) => {
    const before = runs[index];
    const first = before === undefined ? run.from : Math.floor(before.endLsn / bytes);
    return {
      firstMissing: segmentName(
        { timeline: timelineAt(path, first, bytes) ?? run.endTimeline, startLsn: BigInt(first) * BigInt(bytes) },
        bytes,
      ),
      missing: run.from - first,
      fromAt: before?.toAt ?? run.fromAt,
      toAt: run.fromAt,
    };
  });
}
