import { SEGMENT_BLOCKS } from '../archive/relation-file.ts';
import { PAGE_BYTES } from '../checksums/page.ts';
import { Damage } from '../damage.ts';

export type IncrementalHeader = {
  /** Numbers of the blocks that follow, in their order; each below SEGMENT_BLOCKS and only once. */
  blocks: readonly number[];
  /** How many blocks the file has at least; others than those here are where they were. */
  truncationBlocks: number;
  /** Where the first block stands. */
  headerBytes: number;
};

const MAGIC = 0xd3ae1f0d;
export const FIXED_HEADER_BYTES = 12;

/**
 * Reads the beginning of `INCREMENTAL.<file>`: magic, count, truncation length, block numbers, then room up to a whole page
 * where blocks follow. `more` where these are not all of it yet. Throws `Damage` for what no server writes.
 * Source: src/backend/backup/basebackup_incremental.c, GetIncrementalHeaderSize.
 */
export function readIncrementalHeader(bytes: Buffer, fileBytes: number, name: string): IncrementalHeader | 'more' {
  if (fileBytes < FIXED_HEADER_BYTES) throw new Damage(name, 'it is too short for an increment');
  if (bytes.length < FIXED_HEADER_BYTES) return 'more';
  if (bytes.readUInt32LE(0) !== MAGIC) throw new Damage(name, 'it does not begin as an increment does');
  const [count, truncationBlocks] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
  if (count > SEGMENT_BLOCKS || truncationBlocks > SEGMENT_BLOCKS) {
    throw new Damage(name, 'it tells of more blocks than a file can have');
  }
  const headerBytes = headerBytesOf(count);
  if (fileBytes !== headerBytes + count * PAGE_BYTES) throw new Damage(name, 'its size is not that of its blocks');
  if (bytes.length < headerBytes) return 'more';
  const blocks = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(FIXED_HEADER_BYTES + 4 * i));
  if (blocks.some((block) => block >= SEGMENT_BLOCKS) || new Set(blocks).size !== count) {
    throw new Damage(name, 'it numbers its blocks as no increment does');
  }
  return { blocks, truncationBlocks, headerBytes };
}

export function headerBytesOf(count: number): number {
  const bytes = FIXED_HEADER_BYTES + 4 * count;
  return count === 0 ? bytes : Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
