import type { DrainStretch, WalPiece } from '../../../backups/wal/drain-plan.ts';
import type { CopyTaker } from '../replication/connection.ts';
import type { CopyPiece } from '../replication/frames.ts';
import { WalMessages } from './wal-messages.ts';
import type { WalObject } from './wal-object.ts';

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
  readonly #messages = new WalMessages({
    next: () => (this.isDone ? undefined : this.#position),
    data: (bytes) => this.#data(bytes),
    asked: () => this.#doors.asked(),
  });
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

  take(piece: CopyPiece): Promise<void> | undefined {
    return this.#messages.take(piece);
  }

  async giveUp(cause: Error): Promise<void> {
    await this.#object?.giveUp(cause);
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
