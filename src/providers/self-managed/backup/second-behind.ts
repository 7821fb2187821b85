import type { SecondWal, WalFollowWork } from '../../../targets/backups.ts';
import type { Source } from './follow-wal.ts';
import { bringWal } from './second-store.ts';

/** Brings to the second store what the first one has, beside the stream and once at a time; what came meanwhile goes along the next time. */
export class SecondBehind {
  readonly #source: Source;
  readonly #work: WalFollowWork;
  #bringing: Promise<void> | undefined;
  #last: SecondWal | undefined;

  constructor(source: Source, work: WalFollowWork) {
    this.#source = source;
    this.#work = work;
  }

  get said(): { second?: SecondWal } {
    return this.#last === undefined ? {} : { second: this.#last };
  }

  bring(endLsn: bigint): void {
    const { second } = this.#work;
    if (second === undefined || this.#bringing !== undefined) return;
    this.#bringing = this.#bring(second, endLsn).finally(() => (this.#bringing = undefined));
  }

  async idle(): Promise<void> {
    await this.#bringing;
  }

  async #bring(to: NonNullable<WalFollowWork['second']>, endLsn: bigint): Promise<void> {
    const { system, settings, timeline } = this.#source;
    const { segmentBytes, pageBytes } = settings;
    const form = { systemId: system.systemId, segmentBytes, pageBytes };
    const path = [{ timeline, beginLsn: 0n }];
    const { store: from, signal } = this.#work;
    // The history came there with the drain before.
    this.#last = await bringWal({ from, to, signal }, { system, path, history: undefined, endLsn, form });
  }
}
