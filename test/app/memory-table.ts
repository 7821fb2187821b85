import type { Key } from '../../src/state/keys.ts';
import type { Attributes, Item, StateTable } from '../../src/state/table.ts';

/** The state table's port over a Map, for tests of what stands above it; the contract itself is tested on dynalite. */
export function memoryTable(now: () => number): StateTable {
  const items = new Map<string, Item>();
  const id = ({ pk, sk }: Key) => JSON.stringify([pk, sk]);
  const living = (item: Item | undefined) => (item?.ttl !== undefined && item.ttl <= now() / 1000 ? undefined : item);
  const write = (key: Key, attributes: Attributes) => {
    const version = (items.get(id(key))?.version ?? 0) + 1;
    items.set(id(key), structuredClone({ ...attributes, ...key, version }));
  };
  return {
    now,
    get: async (key) => structuredClone(living(items.get(id(key)))),
    putNew: async (key, attributes) => {
      if (living(items.get(id(key)))) return false;
      write(key, attributes);
      return true;
    },
    decide: async (key, decide) => {
      const { answer, write: attributes } = decide(structuredClone(living(items.get(id(key)))));
      if (attributes) write(key, attributes);
      return answer;
    },
    query: async (pk, { from = '', to = '\u{10FFFF}', limit, newestFirst } = {}) => {
      const inRange = [...items.values()]
        .filter((item) => item.pk === pk && item.sk >= from && item.sk <= to && living(item) !== undefined)
        .toSorted((a, b) => (a.sk < b.sk ? -1 : 1));
      return (newestFirst ? inRange.toReversed() : inRange).slice(0, limit);
    },
  };
}
