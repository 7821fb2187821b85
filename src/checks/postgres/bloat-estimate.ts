import type { StoredColumn } from './column-statistics.ts';

/** What is known of a table or index whose size is judged. */
export type Occupied = {
  sizeBytes: number;
  rows: number;
  fillRatio: number;
  blockBytes: number;
};
/** How much of it its rows do not need. */
export type BloatEstimate = { wasteBytes: number; wasteRatio: number };

/** https://www.postgresql.org/docs/current/storage-page-layout.html */
const PAGE_HEADER_BYTES = 24;
const LINE_POINTER_BYTES = 4;
const ROW_HEADER_BYTES = 23;
/** https://github.com/postgres/postgres/blob/master/src/include/access/nbtree.h: the special space of a B-tree page. */
const BTREE_SPECIAL_BYTES = 16;
const WORD_BYTES = 8;
/** A value up to this long has a header of one byte and is not aligned. */
const SHORT_VALUE_BYTES = 127;
const ALIGNMENT_BYTES: { readonly [code: string]: number } = { c: 1, s: 2, i: 4, d: 8 };

/** Pure: a heap of as many rows of this width, written anew, against the size it has. */
export function tableBloat(occupied: Occupied, columns: readonly StoredColumn[]): BloatEstimate {
  const bitmapBytes = columns.some(({ nullRatio }) => (nullRatio ?? 0) > 0) ? Math.ceil(columns.length / 8) : 0;
  const rowBytes = aligned(ROW_HEADER_BYTES + bitmapBytes) + dataBytes(columns) + LINE_POINTER_BYTES;
  const { blockBytes, fillRatio } = occupied;
  const perPage = Math.max(1, Math.floor((blockBytes * fillRatio - PAGE_HEADER_BYTES) / rowBytes));
  return against(occupied, Math.ceil(occupied.rows / perPage));
}

/**
 * Pure: a B-tree of as many entries, built anew. Deduplication (13+) makes a real one smaller where keys repeat, so this says
 * at least how much is wasted there, and nothing where it would say less than nothing.
 */
export function btreeBloat(occupied: Occupied, columns: readonly StoredColumn[]): BloatEstimate {
  const headerBytes = columns.some(({ nullRatio }) => (nullRatio ?? 0) > 0) ? 16 : 8;
  const entryBytes = headerBytes + dataBytes(columns) + LINE_POINTER_BYTES;
  const { blockBytes, fillRatio } = occupied;
  const usable = (blockBytes - PAGE_HEADER_BYTES - BTREE_SPECIAL_BYTES) * fillRatio;
  const perPage = Math.max(2, Math.floor(usable / entryBytes));
  const leaves = Math.ceil(occupied.rows / perPage);
  // The levels above the leaves: one entry for each page below.
  return against(occupied, 1 + Math.ceil(leaves * (1 + 1 / (perPage - 1))));
}

function against({ sizeBytes, blockBytes }: Occupied, pages: number): BloatEstimate {
  const wasteBytes = Math.max(0, sizeBytes - pages * blockBytes);
  return { wasteBytes, wasteRatio: sizeBytes > 0 ? wasteBytes / sizeBytes : 0 };
}

/** The width of an average row without its header, with the padding between its columns and behind them. */
function dataBytes(columns: readonly StoredColumn[]): number {
  let bytes = 0;
  // The offset is known modulo this; behind a value of variable length nothing is known, and padding is half of what it may be.
  let known = { offset: 0, modulus: WORD_BYTES };
  for (const { length, alignment, nullRatio, widthBytes } of columns) {
    const width = widthBytes ?? 0;
    const ratio = 1 - (nullRatio ?? 0);
    const needs = length > 0 || width > SHORT_VALUE_BYTES ? (ALIGNMENT_BYTES[alignment] ?? 1) : 1;
    bytes += ratio * (paddingBytes(known, needs) + width);
    known =
      length > 0 && ratio === 1
        ? {
            offset: (needs > known.modulus ? 0 : known.offset + paddingBytes(known, needs)) + width,
            modulus: Math.max(known.modulus, needs),
          }
        : { offset: 0, modulus: 1 };
  }
  return bytes + paddingBytes(known, WORD_BYTES);
}

function paddingBytes({ offset, modulus }: { offset: number; modulus: number }, needs: number): number {
  const least = (Math.min(modulus, needs) - (offset % Math.min(modulus, needs))) % Math.min(modulus, needs);
  return needs > modulus ? least + (needs - modulus) / 2 : least;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / WORD_BYTES) * WORD_BYTES;
}
