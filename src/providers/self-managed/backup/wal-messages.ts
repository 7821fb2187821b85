import { BrokenWal } from '../../../backups/wal/check-pages.ts';
import { lsnText } from '../../../core/lsn.ts';
import type { CopyPiece } from '../replication/frames.ts';

const WAL_DATA = 0x77;
const KEEPALIVE = 0x6b;
/** Start and end of the WAL, the server's clock. https://www.postgresql.org/docs/current/protocol-replication.html */
const WAL_HEADER_BYTES = 24;
/** Of a keepalive: the byte that says whether an answer is wanted. */
const WANTS_ANSWER_AT = 16;
/** PostgreSQL's clock counts from 2000-01-01. */
const EPOCH_MS = 946_684_800_000;

export type WalDoors = {
  /** Where the next byte has to lie; undefined where no more is wanted. */
  next(): bigint | undefined;
  /** Bytes that may be kept. */
  data(bytes: Buffer): Promise<void> | undefined;
  /** The server wants to hear how far we are. */
  asked(): void;
};

/** Takes the messages of a stream of WAL apart. Throws BrokenWal where what comes is not what was next. */
export class WalMessages {
  readonly #doors: WalDoors;
  readonly #header = Buffer.alloc(WAL_HEADER_BYTES);

  constructor(doors: WalDoors) {
    this.#doors = doors;
  }

  take({ kind, bytes, at }: CopyPiece): Promise<void> | undefined {
    if (kind === KEEPALIVE && bytes[WANTS_ANSWER_AT - at] === 1) this.#doors.asked();
    const next = this.#doors.next();
    if (kind !== WAL_DATA || next === undefined) return undefined;
    if (at < WAL_HEADER_BYTES) this.#readHeader(bytes, at, next);
    const data = bytes.subarray(Math.max(0, WAL_HEADER_BYTES - at));
    // The socket's buffer is used again before the compressor is done with it.
    return data.length === 0 ? undefined : this.#doors.data(Buffer.from(data));
  }

  #readHeader(bytes: Buffer, at: number, next: bigint): void {
    bytes.copy(this.#header, at);
    if (at + bytes.length < WAL_HEADER_BYTES) return;
    const from = this.#header.readBigUInt64BE(0);
    if (from !== next) throw new BrokenWal(`the server sent WAL from ${lsnText(from)}, and ${lsnText(next)} was next`);
  }
}

/** What the server is told: written, flushed, applied (nothing), the clock, no answer wanted. */
export function statusOf(lsn: bigint): Buffer {
  const body = Buffer.alloc(34);
  body.write('r', 0, 'latin1');
  body.writeBigUInt64BE(lsn, 1);
  body.writeBigUInt64BE(lsn, 9);
  body.writeBigUInt64BE(BigInt(Date.now() - EPOCH_MS) * 1000n, 25);
  return body;
}
