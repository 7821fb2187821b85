import type { DrainStretch, WalPiece } from '../../../backups/wal/drain-plan.ts';
import { BrokenWal } from '../../../backups/wal/check-pages.ts';
import { lsnText } from '../../../core/lsn.ts';
import type { CopyTaker } from '../replication/connection.ts';
import type { CopyPiece } from '../replication/frames.ts';
import type { WalObject } from './wal-object.ts';

const WAL_DATA = 0x77;
const KEEPALIVE = 0x6b;
/** Start and end of the WAL, the server's clock. https://www.postgresql.org/docs/current/protocol-replication.html */
const WAL_HEADER_BYTES = 24;
/** Of a keepalive: the byte that says whether an answer is wanted. */
const WANTS_ANSWER_AT = 16;

export type IntakeDoors = {
  open(piece: WalPiece): WalObject;
  /** Told when the store has a piece, with its size there. */
  stored(piece: WalPiece, storedBytes: number): Promise<void>;
  /** The server wants to hear how far we are. */
  asked(): void;
  /** All pieces are stored. */
  done(): void;
};

/** Cuts the stream of one timeline into the pieces that were planned; what comes after them is let go. */
export class WalIntake implements CopyTaker {
  readonly #pieces: readonly WalPiece[];
  readonly #doors: IntakeDoors;
  readonly #header = Buffer.alloc(WAL_HEADER_BYTES);
  #at = 0;
  #position: bigint;
  #object: WalObject | undefined;

  constructor({ pieces }: DrainStretch, doors: IntakeDoors) {
    this.#pieces = pieces;
    this.#doors = doors;
    this.#position = pieces[0]?.startLsn ?? 0n;
  }

  get isDone(): boolean {
    return this.#at === this.#pieces.length;
  }

  take({ kind, bytes, at }: CopyPiece): Promise<void> | undefined {
    if (kind === KEEPALIVE && bytes[WANTS_ANSWER_AT - at] === 1) this.#doors.asked();
    if (kind !== WAL_DATA || this.isDone) return undefined;
    if (at < WAL_HEADER_BYTES) this.#readHeader(bytes, at);
    const data = bytes.subarray(Math.max(0, WAL_HEADER_BYTES - at));
    // The socket's buffer is used again before the compressor is done with it.
    return data.length === 0 ? undefined : this.#data(Buffer.from(data));
  }

  async giveUp(cause: Error): Promise<void> {
    await this.#object?.giveUp(cause);
  }

  #readHeader(bytes: Buffer, at: number): void {
    bytes.copy(this.#header, at);
    if (at + bytes.length < WAL_HEADER_BYTES) return;
    const from = this.#header.readBigUInt64BE(0);
    if (from === this.#position) return;
    throw new BrokenWal(`the server sent WAL from ${lsnText(from)}, and ${lsnText(this.#position)} was next`);
  }

  #data(data: Buffer): Promise<void> | undefined {
    const piece = this.#pieces[this.#at];
    if (piece === undefined || data.length === 0) return undefined;
    this.#object ??= this.#doors.open(piece);
    const room = Number(piece.endLsn - this.#position);
    const part = data.subarray(0, room);
    const wait = this.#object.write(part);
    this.#position += BigInt(part.length);
    return part.length < room ? wait : this.#finish(piece, wait, data.subarray(room));
  }

  async #finish(piece: WalPiece, wait: Promise<void> | undefined, rest: Buffer): Promise<void> {
    await wait;
    const finished = await this.#object?.finish();
    this.#object = undefined;
    this.#at += 1;
    await this.#doors.stored(piece, finished?.storedBytes ?? 0);
    if (this.isDone) this.#doors.done();
    await this.#data(rest);
  }
}
