import type { Key } from './keys.ts';

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** What is stored under a key; `ttl` in epoch seconds. Attributes that are undefined are left out. */
export type Attributes = { ttl?: number | undefined; readonly [name: string]: unknown };
/** A stored item; `version` starts at 1 and grows with every decision. */
export type Item = Key & Attributes & { version: number };
/** What to answer, and what to write first: without `write` nothing is written. */
export type Decision<A> = { answer: A; write?: Attributes };
/** Sort keys between `from` and `to`, both included. */
export type Range = { from?: string; to?: string; limit?: number; newestFirst?: true };

/**
 * The state table as the rest of src/state sees it, whoever keeps it. Reads are consistent and never show an item whose `ttl`
 * has passed, though the table may still hold it.
 */
export type StateTable = {
  now: Clock;
  get(key: Key): Promise<Item | undefined>;
  /** Writes an item where there is none, or only an expired one: true for exactly one caller. */
  putNew(key: Key, attributes: Attributes): Promise<boolean>;
  /**
   * Reads an item, asks the pure `decide`, and writes what it says under the condition that the item is still the one that
   * was read; otherwise starts again. Fault `conflict` when others win 50 times in a row.
   */
  decide<A>(key: Key, decide: (item: Item | undefined) => Decision<A>): Promise<A>;
  query(pk: string, range?: Range): Promise<Item[]>;
};

/** A range without its own ends is everything: U+10FFFF is the last code point. */
export const wholeRange = { from: ' ', to: '\u{10FFFF}' } as const;

/** Epoch seconds at which something written now expires. */
export function expiresAfter(now: Clock, seconds: number): number {
  return Math.ceil(now() / 1000 + seconds);
}

/** The item, unless its `ttl` has passed. */
export function livingItem(item: Item | undefined, now: Clock): Item | undefined {
  return item?.ttl !== undefined && item.ttl <= nowSeconds(now) ? undefined : item;
}

export function nowSeconds(now: Clock): number {
  return Math.floor(now() / 1000);
}
