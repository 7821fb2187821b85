import type { LogPosition } from '../../targets/logs.ts';
import { headHash, HEAD_BYTES, type ListedFile } from './listing.ts';

/** Bytes of a file that are to be read, from `from` up to `to`, exclusive. */
export type Part = { name: string; from: number; to: number };

/**
 * Pure: what was written after a position, oldest first. A file that begins otherwise than it did was written anew under the
 * same name; what its former self got after the last reading is lost, and its name is in `anew`.
 */
export function partsAfter(
  files: readonly ListedFile[],
  known: NonNullable<LogPosition['files']>,
): { parts: Part[]; anew: string[] } {
  const parts: Part[] = [];
  const anew: string[] = [];
  for (const { name, sizeBytes: to, head } of files) {
    const before = known[name];
    const isSame = before && to >= before.offset && headHash(head, before.headBytes) === before.head;
    if (before && !isSame) anew.push(name);
    const from = before && isSame ? before.offset : 0;
    if (from < to) parts.push({ name, from, to });
  }
  return { parts, anew };
}

/** Pure: the newest of the parts that fit into so many bytes. */
export function newestOf(parts: readonly Part[], bytes: number): { parts: Part[]; left: number } {
  let room = bytes;
  const kept = parts.toReversed().flatMap((part) => {
    const from = Math.max(part.from, part.to - room);
    room -= part.to - from;
    return from < part.to ? [{ ...part, from }] : [];
  });
  return { parts: kept.toReversed(), left: sizeOf(parts) - sizeOf(kept) };
}

/** Pure: where the next reading goes on. What no part names was read before, or is older than what was asked for. */
export function positionAfter(
  files: readonly ListedFile[],
  parts: readonly Part[],
  ends: ReadonlyMap<string, number>,
  at: string,
): LogPosition {
  const starts = new Map(parts.map(({ name, from }) => [name, from]));
  const all = files.map(({ name, sizeBytes, head }) => {
    const headBytes = Math.min(HEAD_BYTES, sizeBytes, head.length);
    const offset = ends.get(name) ?? starts.get(name) ?? sizeBytes;
    return [name, { offset, headBytes, head: headHash(head, headBytes) }] as const;
  });
  return { at, files: Object.fromEntries(all) };
}

export function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { from, to }) => sum + to - from, 0);
}
