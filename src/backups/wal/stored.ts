import type { StoredObject } from '../../core/backup-store.ts';
import { hex8, walFolder, type System } from '../layout.ts';
import { segmentName, segmentOf, type Segment } from './segment.ts';

/** Some WAL in a store: a whole segment, or its beginning up to `endLsn`. */
export type StoredWal = Segment & {
  endLsn: bigint;
  isWhole: boolean;
  key: string;
  sizeBytes: number;
  storedAt: string;
};

/** Where a piece of one segment lies. */
export function walKey(system: System, piece: Segment & { endLsn: bigint }, segmentBytes: number): string {
  const name = `${walFolder(system, piece.timeline)}/${segmentName(piece, segmentBytes)}`;
  const isWhole = piece.endLsn === piece.startLsn + BigInt(segmentBytes);
  return isWhole ? `${name}.zst` : `${name}.partial.${piece.endLsn.toString(16).toUpperCase().padStart(16, '0')}.zst`;
}

export function historyKey(system: System, timeline: number): string {
  return `${walFolder(system, timeline)}/${hex8(timeline)}.history`;
}

/** What an object of the WAL folders is; undefined where it is none of ours. */
export function storedWal({ key, sizeBytes, modifiedAt }: StoredObject, segmentBytes: number): StoredWal | undefined {
  const file = key.slice(key.lastIndexOf('/') + 1);
  const [, name = '', , end] = /^([0-9A-F]{24})(\.partial\.([0-9A-F]{16}))?\.zst$/.exec(file) ?? [];
  const segment = segmentOf(name, segmentBytes);
  if (segment === undefined) return undefined;
  const segmentEnd = segment.startLsn + BigInt(segmentBytes);
  const endLsn = end === undefined ? segmentEnd : BigInt(`0x${end}`);
  if (endLsn <= segment.startLsn || endLsn > segmentEnd) return undefined;
  return { ...segment, endLsn, isWhole: end === undefined, key, sizeBytes, storedAt: modifiedAt };
}

/** The best of what a store has of each segment of one timeline: the whole, else the longest beginning; in order. */
export function bestOf(stored: readonly StoredWal[]): StoredWal[] {
  const best = new Map<bigint, StoredWal>();
  for (const one of stored) {
    const other = best.get(one.startLsn);
    if (other === undefined || isBetter(one, other)) best.set(one.startLsn, one);
  }
  return [...best.values()].toSorted((a, b) => (a.startLsn < b.startLsn ? -1 : 1));
}

function isBetter(one: StoredWal, other: StoredWal): boolean {
  return one.isWhole || (!other.isWhole && one.endLsn > other.endLsn);
}
