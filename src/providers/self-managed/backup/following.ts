import type { CopyTaker } from '../replication/connection.ts';
import type { CopyPiece } from '../replication/frames.ts';
import type { WalPiece } from '../../../backups/wal/drain-plan.ts';
import { WalMessages } from './wal-messages.ts';

/** The beginning of a segment, or all of it, to be put into the store; `sinceMs` is when the first of it came that the store has not. */
export type FollowedPiece = WalPiece & { bytes: Buffer; sinceMs: number };

export type FollowDoors = {
  /** Is over when the store has it. */
  put(piece: FollowedPiece): Promise<void>;
  asked(): void;
};

/**
 * Keeps the segment that is being written in memory. It is put when it is whole, and what there is of it when somebody says so; never two
 * at a time, and while one is put the stream of a whole segment more is taken at most.
 */
export class Following implements CopyTaker {
  readonly #timeline: number;
  readonly #segment: Buffer;
  readonly #put: FollowDoors['put'];
  readonly #messages: WalMessages;
  #startLsn: bigint;
  #filledBytes = 0;
  #savedBytes: number;
  #busy: Promise<void> = Promise.resolve();
  #isOver = false;
  #newsSinceMs: number | undefined;

  /** `storedLsn` is how far the store is: within the segment that is asked for first. */
  constructor(
    from: { timeline: number; startLsn: bigint; storedLsn: bigint; segmentBytes: number },
    { put, asked }: FollowDoors,
  ) {
    this.#timeline = from.timeline;
    this.#segment = Buffer.alloc(from.segmentBytes);
    this.#startLsn = from.startLsn;
    this.#savedBytes = Number(from.storedLsn - from.startLsn);
    this.#put = put;
    this.#messages = new WalMessages({
      next: () => (this.#isOver ? undefined : this.#startLsn + BigInt(this.#filledBytes)),
      data: (bytes) => this.#data(bytes),
      asked,
    });
  }

  /** Whether something came that the store has not yet. */
  get hasNews(): boolean {
    return this.#filledBytes > this.#savedBytes;
  }

  take(piece: CopyPiece): Promise<void> | undefined {
    return this.#messages.take(piece);
  }

  /** Puts what there is of the segment; nothing where the store has it. */
  async flush(): Promise<void> {
    await this.#next(async () => {
      if (this.hasNews) await this.#save();
    });
  }

  /** Puts what there is; what still comes is let go, and comes again the next time. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.flush();
  }

  #data(data: Buffer): Promise<void> | undefined {
    const room = this.#segment.length - this.#filledBytes;
    this.#filledBytes += data.copy(this.#segment, this.#filledBytes, 0, room);
    if (this.hasNews) this.#newsSinceMs ??= Date.now();
    if (this.#filledBytes < this.#segment.length) return undefined;
    return this.#next(() => this.#finish(data.subarray(room)));
  }

  async #finish(rest: Buffer): Promise<void> {
    if (this.hasNews) await this.#save();
    this.#startLsn += BigInt(this.#segment.length);
    this.#filledBytes = rest.copy(this.#segment, 0);
    this.#savedBytes = 0;
    if (this.hasNews) this.#newsSinceMs ??= Date.now();
  }

  async #save(): Promise<void> {
    const filled = this.#filledBytes;
    const [timeline, startLsn] = [this.#timeline, this.#startLsn];
    const bytes = this.#segment.subarray(0, filled);
    const sinceMs = this.#newsSinceMs ?? Date.now();
    this.#newsSinceMs = undefined;
    await this.#put({ timeline, startLsn, endLsn: startLsn + BigInt(filled), bytes, sinceMs });
    this.#savedBytes = filled;
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => undefined);
    return done;
  }
}
