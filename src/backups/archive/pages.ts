import type { Checksums } from '../checksums/checksums.ts';
import { PAGE_BYTES } from '../checksums/page.ts';
import { readIncrementalHeader } from '../combine/incremental-header.ts';
import type { TarEntry } from '../tar/header.ts';
import type { RelationFile } from './relation-file.ts';

/** LSNs of pages are compared in two halves: 64 bits are no number here. */
type Lsn = { high: number; low: number };
type Increment = { name: string; sizeBytes: number; came: Buffer };

/**
 * Looks at the pages of one file as they go by. As the server does it, pages that are new or were changed after the start of
 * the backup are left out: those may have been read while they were written, and are made anew from WAL.
 */
export class PageCheck {
  readonly broken: number[] = [];
  readonly #sums: Checksums;
  readonly #start: Lsn;
  readonly #file: RelationFile;
  /** Of an increment, until all of its header is there: what came of it. */
  #header: Increment | undefined;
  /** Of an increment: the numbers of its blocks, in the order in which they stand in it. */
  #blocks: readonly number[] | undefined;
  #partBytes = 0;
  #page = 0;

  constructor(sums: Checksums, startLsn: bigint, file: RelationFile, { name, sizeBytes }: TarEntry) {
    this.#sums = sums;
    this.#start = { high: Number(startLsn >> 32n), low: Number(startLsn & 0xffff_ffffn) };
    this.#file = file;
    if (file.isIncremental) this.#header = { name, sizeBytes, came: Buffer.alloc(0) };
  }

  /** A piece of the file, which lies in the memory of the sums. */
  take(piece: Buffer): void {
    if (this.#header) return this.#readHeader(this.#header, piece);
    let at = this.#partBytes > 0 ? this.#fill(piece) : 0;
    for (; at + PAGE_BYTES <= piece.length; at += PAGE_BYTES) this.#check(piece.byteOffset + at);
    if (at < piece.length) this.#partBytes = piece.copy(this.#sums.page, 0, at);
  }

  #readHeader(header: Increment, piece: Buffer): void {
    header.came = Buffer.concat([header.came, piece]);
    const read = readIncrementalHeader(header.came, header.sizeBytes, header.name);
    if (read === 'more') return;
    this.#header = undefined;
    this.#blocks = read.blocks;
    const rest = header.came.subarray(read.headerBytes);
    for (let at = 0; at < rest.length;) at += this.#fill(rest.subarray(at));
  }

  /** Puts a page together that came in parts. */
  #fill(piece: Buffer): number {
    const length = piece.copy(this.#sums.page, this.#partBytes, 0, PAGE_BYTES - this.#partBytes);
    this.#partBytes += length;
    if (this.#partBytes < PAGE_BYTES) return length;
    this.#partBytes = 0;
    this.#check(this.#sums.page.byteOffset);
    return length;
  }

  /** PageHeaderData: pd_lsn at 0 (its upper half first), pd_checksum at 8, pd_upper at 14. src/include/storage/bufpage.h */
  #check(at: number): void {
    const block = this.#blocks ? (this.#blocks[this.#page] ?? 0) : this.#page;
    this.#page += 1;
    const { words } = this.#sums;
    const isNew = (words[at / 4 + 3] ?? 0) >>> 16 === 0;
    const high = words[at / 4] ?? 0;
    const isLater =
      high > this.#start.high || (high === this.#start.high && (words[at / 4 + 1] ?? 0) >= this.#start.low);
    if (isNew || isLater) return;
    const borne = (words[at / 4 + 2] ?? 0) & 0xffff;
    if (this.#sums.pageSum(at, this.#file.firstBlock + block) !== borne) this.broken.push(block);
  }
}
