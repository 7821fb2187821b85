import type { PointerChange, PointerSaid } from '../core/pointer.ts';
import type { PointerLook } from '../targets/pointer.ts';

/** What was taken: `id` is what can be asked about it, and `left` what a person should know of it. */
export type PointerReceipt = { id: string; left: readonly string[] };

/** How far a change has come to where clients ask. `unknown`: nobody says. */
export type PointerSpread = 'under-way' | 'everywhere' | 'unknown';

/** What keeps a pointer, without any judgement. */
export type PointerStore = Pick<PointerLook, 'what' | 'steps'> & {
  /** Why it cannot hold a host, in one sentence; null where it can. */
  whyUnfit(host: string): string | null;
  /** A host as it is kept there. */
  keptAs(host: string): string;
  lingers(said: PointerSaid): readonly string[];
  /** The TTL that a change writes over what is there. */
  ttlOver(said: PointerSaid): number | null;
  /** `refused`: what it says cannot be used, or may not be read. Throws where AWS does not answer. */
  read(): Promise<PointerSaid | { refused: string }>;
  /** Changes it once, if it still says `before`. Throws `timed_out` where nobody knows whether AWS heard it. */
  change(change: PointerChange): Promise<PointerReceipt | { refused: string }>;
  /** Throws where AWS does not answer. */
  spread(receipt: PointerReceipt): Promise<PointerSpread>;
  close(): void;
};
