import type { BackupCompression } from '../../../core/backup.ts';
import type { Pieces } from '../../../core/backup-store.ts';
import { Lanes } from './lanes.ts';

/** Whoever reads what is to be stored read no further; why, it says itself. */
export class StoppedReading extends Error {}

/** A block that is on its way into the store, and what it becomes there. */
type Sent = { block: Buffer; stored: Promise<readonly Uint8Array[]> };

/**
 * Takes an archive into a few blocks, has each looked at when it is full, and compresses them side by side. A block is free again
 * when the store has taken what it became; where all are on their way, whoever writes waits: the store decides how fast the server
 * sends, and memory does not grow.
 */
export class ArchiveSink {
  readonly #free: Buffer[];
  readonly #look: (bytes: Buffer) => void;
  readonly #lanes: Lanes;
  readonly #sent: Sent[] = [];
  #block: Buffer | undefined;
  #filledBytes = 0;
  #hasEnded = false;
  #cause: Error | undefined;
  #freed: (() => void) | undefined;
  #arrived: (() => void) | undefined;
  plainBytes = 0;

  constructor(blocks: readonly Buffer[], compression: BackupCompression, look: (bytes: Buffer) => void) {
    this.#free = [...blocks];
    this.#look = look;
    this.#lanes = new Lanes(compression);
  }

  /** What is to be stored; to be read once. A piece is good until the next one is asked for. */
  async *pieces(): AsyncGenerator<Uint8Array> & Pieces {
    try {
      for (let next = await this.#next(); next; next = await this.#next()) {
        yield* await next.stored;
        this.#free.push(next.block);
        this.#freed?.();
      }
    } finally {
      this.#lanes.close();
      if (!this.#hasEnded || this.#sent.length > 0) this.fail(new StoppedReading('the store reads no further'));
    }
  }

  /** `bytes` may be used again when the promise is kept, or at once where there is none. */
  write(bytes: Buffer): Promise<void> | undefined {
    for (let at = 0; at < bytes.length;) {
      this.#block ??= this.#free.pop();
      if (!this.#block || this.#cause) return this.#waitForBlock().then(() => this.write(bytes.subarray(at)));
      const length = bytes.copy(this.#block, this.#filledBytes, at);
      at += length;
      this.#filledBytes += length;
      if (this.#filledBytes === this.#block.length) this.#flush();
    }
    return undefined;
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#filledBytes > 0) this.#flush();
    this.#hasEnded = true;
    this.#arrived?.();
  }

  /** What is stored of it so far is not kept. */
  fail(cause: Error): void {
    this.#cause ??= cause;
    this.#freed?.();
    this.#arrived?.();
  }

  #flush(): void {
    const block = this.#block;
    if (!block) return;
    const bytes = block.subarray(0, this.#filledBytes);
    this.#block = undefined;
    this.#filledBytes = 0;
    this.plainBytes += bytes.length;
    this.#look(bytes);
    this.#sent.push({ block, stored: this.#lanes.compress(bytes) });
    this.#arrived?.();
  }

  async #next(): Promise<Sent | undefined> {
    if (this.#sent.length === 0 && !this.#hasEnded && !this.#cause) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
      this.#arrived = undefined;
    }
    if (this.#cause) throw this.#cause;
    return this.#sent.shift();
  }

  async #waitForBlock(): Promise<void> {
    if (this.#free.length === 0 && !this.#cause) {
      await new Promise<void>((resolve) => {
        this.#freed = resolve;
      });
    }
    this.#freed = undefined;
    if (this.#cause) throw this.#cause;
  }
}
