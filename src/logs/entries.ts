import type { Fields } from './fields.ts';
import { scannerOfReader } from './held.ts';
import { LineJoiner } from './line-joiner.ts';
import type { Prefix } from './prefix.ts';

export { LONGEST_ENTRY } from './held.ts';

/**
 * Hears of each entry: the line with the prefix and the lines that continue it are `bytes` from `start` to `end`, the message
 * begins at `message`, and the fields' spans count from `start`. The bytes are valid during the call only.
 */
export type EntryListener = (bytes: Buffer, start: number, message: number, end: number, fields: Fields) => void;

/** What could be read. `unmatchedLines` stand before the first entry, so they belong to none. */
export type ReadCounts = { bytes: number; lines: number; entries: number; cutEntries: number; unmatchedLines: number };

/** Joins lines into entries, wherever the chunks are cut. */
export type EntryReader = {
  push(chunk: Uint8Array): void;
  /** The last entry ends here; the reader is of no more use. */
  end(): void;
  readonly counts: ReadCounts;
  /** The first lines that belong to no entry, as they stand: they show what the prefix should have been. */
  readonly unmatched: readonly Buffer[];
};

/**
 * `prefixes` are two compilations of one text: one holds what the entry's first line said while the other one reads the next
 * line. `scanner` is the one of the reader's digest, if it has one.
 */
export function readEntries(
  prefixes: readonly [Prefix, Prefix],
  listener: EntryListener,
  scanner = scannerOfReader(),
): EntryReader {
  return new LineJoiner(prefixes, listener, scanner);
}
