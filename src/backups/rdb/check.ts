import { Damage } from '../damage.ts';
import type { Crc64 } from './crc64.ts';
import { readRdbHead, type RdbHead } from './head.ts';

/** An RDB of which every byte went by. `checksum` is absent where the server writes none (`rdbchecksum no`). */
export type CheckedRdb = RdbHead & { checksum: 'right' | 'absent'; sizeBytes: number };

const HEAD_BYTES = 4096;
/** The opcode of the end, and the sum. */
const END_BYTES = 9;
const END = 0xff;

/** Looks at an RDB while it goes by, in pieces that lie in the blocks of `sum`. */
export class RdbCheck {
  readonly #file: string;
  readonly #sum: Crc64;
  #head: Buffer = Buffer.alloc(0);
  #end: Buffer = Buffer.alloc(0);
  #sizeBytes = 0;

  constructor(file: string, sum: Crc64) {
    this.#file = file;
    this.#sum = sum;
  }

  feed(bytes: Buffer): void {
    this.#sum.add(bytes);
    this.#sizeBytes += bytes.length;
    if (this.#head.length < HEAD_BYTES) {
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
    this.#end = Buffer.concat([this.#end, bytes.subarray(-END_BYTES)]).subarray(-END_BYTES);
  }

  /** When all of it went by. Throws `Damage` where it is not an RDB from its beginning to its end. */
  finish(): CheckedRdb {
    const head = readRdbHead(this.#head);
    if (!head) throw new Damage(this.#file, 'it does not begin as an RDB does');
    if (this.#end.length < END_BYTES || this.#end[0] !== END) {
      throw new Damage(this.#file, 'it does not end as an RDB does');
    }
    const isAbsent = this.#end.readBigUInt64LE(1) === 0n;
    // The sum over everything and over itself is 0.
    if (!isAbsent && this.#sum.value() !== 0n) throw new Damage(this.#file, 'its CRC-64 is wrong');
    return { ...head, checksum: isAbsent ? 'absent' : 'right', sizeBytes: this.#sizeBytes };
  }
}
