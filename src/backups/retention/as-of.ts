import type { Pieces, ReadableStore } from '../../core/backup-store.ts';

/** A store as one look at it showed it: what is asked again is answered from memory, so that several judge the same. */
export function remembered(store: ReadableStore): ReadableStore {
  const lists = new Map<string, Promise<readonly Listed[]>>();
  const texts = new Map<string, Promise<Uint8Array | undefined>>();
  return {
    name: store.name,
    async *list(prefix) {
      const known = lists.get(prefix) ?? collected(store.list(prefix));
      lists.set(prefix, known);
      yield* await known;
    },
    get: async (key) => {
      const known = texts.get(key) ?? store.get(key).then(wholeOf);
      texts.set(key, known);
      const bytes = await known;
      return bytes && once(bytes);
    },
  };
}

/** The store as it was at an ISO time: nothing is ever put over anything else, so what is younger is left out. */
export function asOf(store: ReadableStore, at: string): ReadableStore {
  return filtered(store, ({ modifiedAt }) => modifiedAt <= at);
}

/** The store as it would be without some keys. */
export function without(store: ReadableStore, keys: ReadonlySet<string>): ReadableStore {
  return filtered(store, ({ key }) => !keys.has(key));
}

type Listed = { key: string; sizeBytes: number; modifiedAt: string };

function filtered(store: ReadableStore, stays: (object: Listed) => boolean): ReadableStore {
  return {
    name: store.name,
    get: (key, range) => store.get(key, range),
    async *list(prefix) {
      for await (const object of store.list(prefix)) if (stays(object)) yield object;
    },
  };
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function wholeOf(pieces: Pieces | undefined): Promise<Uint8Array | undefined> {
  if (pieces === undefined) return undefined;
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(Uint8Array.from(piece));
  return Buffer.concat(read);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
