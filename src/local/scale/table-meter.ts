import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { itemBytes, readUnits, writeUnits, type StoredItem } from './table-units.ts';

/** What was asked of one kind of item: what stands before the first `#` of its partition key. */
export type KindUsage = { reads: number; writes: number; readUnits: number; writeUnits: number };
export type HotKey = { key: string; writes: number; writeUnits: number };
export type TableUsage = {
  kinds: { readonly [kind: string]: KindUsage };
  total: KindUsage;
  /** Bytes of everything that is stored at the end. */
  storedBytes: number;
  items: number;
  /** The partition keys with the most write units, most first. */
  hottest: readonly HotKey[];
  /** The largest item. */
  largest: { kind: string; bytes: number };
};

type Request = { Item?: StoredItem; Key?: StoredItem; ExpressionAttributeValues?: StoredItem };
type Response = { Item?: StoredItem; Items?: readonly StoredItem[] };

const HOTTEST_KEPT = 40;

/** Counts what passes the HTTP boundary of a DynamoDB server. */
export function createTableMeter() {
  const kinds = new Map<string, KindUsage>();
  const keys = new Map<string, HotKey>();
  const sizes = new Map<string, number>();
  function wrote({ Item: item }: Request): void {
    if (item === undefined) return;
    const key = textOf(item['pk']);
    const place = `${key}\n${textOf(item['sk'])}`;
    const bytes = itemBytes(item);
    const units = writeUnits(Math.max(bytes, sizes.get(place) ?? 0));
    sizes.set(place, bytes);
    add(kinds, key, { writes: 1, writeUnits: units });
    const hot = keys.get(key) ?? { key, writes: 0, writeUnits: 0 };
    keys.set(key, { key, writes: hot.writes + 1, writeUnits: hot.writeUnits + units });
  }
  function readSome(request: Request, { Item: item, Items: items = [] }: Response): void {
    const key = textOf(request.Key?.['pk'] ?? request.ExpressionAttributeValues?.[':pk']);
    const bytes = [...items, ...(item === undefined ? [] : [item])].reduce((all, one) => all + itemBytes(one), 0);
    add(kinds, key, { reads: 1, readUnits: readUnits(bytes) });
  }
  function count(action: string, request: string, response: string): void {
    if (action === 'PutItem') wrote(JSON.parse(request));
    if (action === 'GetItem' || action === 'Query') readSome(JSON.parse(request), JSON.parse(response));
  }
  return {
    attach: (server: Server) => void server.prependListener('request', listener(count)),
    usage: (): TableUsage => ({
      kinds: Object.fromEntries([...kinds].toSorted(([one], [other]) => one.localeCompare(other))),
      total: [...kinds.values()].reduce(together, nothing),
      storedBytes: [...sizes.values()].reduce((all, bytes) => all + bytes, 0),
      items: sizes.size,
      hottest: [...keys.values()].toSorted((a, b) => b.writeUnits - a.writeUnits).slice(0, HOTTEST_KEPT),
      largest: largestOf(sizes),
    }),
  };
}

const nothing: KindUsage = { reads: 0, writes: 0, readUnits: 0, writeUnits: 0 };

function add(kinds: Map<string, KindUsage>, key: string, more: Partial<KindUsage>): void {
  const kind = kindOf(key);
  kinds.set(kind, together(kinds.get(kind) ?? nothing, { ...nothing, ...more }));
}

function together(one: KindUsage, other: KindUsage): KindUsage {
  return {
    reads: one.reads + other.reads,
    writes: one.writes + other.writes,
    readUnits: one.readUnits + other.readUnits,
    writeUnits: one.writeUnits + other.writeUnits,
  };
}

function kindOf(key: string): string {
  return key.split('#', 1)[0] ?? key;
}

function largestOf(sizes: ReadonlyMap<string, number>): { kind: string; bytes: number } {
  let largest = { kind: '', bytes: 0 };
  for (const [place, bytes] of sizes) if (bytes > largest.bytes) largest = { kind: kindOf(place), bytes };
  return largest;
}

function textOf(value: { readonly [type: string]: unknown } | undefined): string {
  const text = value?.['S'];
  return typeof text === 'string' ? text : '';
}

function listener(count: (action: string, request: string, response: string) => void) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const action =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const parts: string[] = [];
    // The server reads the same stream as text; a second reader changes nothing for it.
    request.on('data', (part: Buffer | string) => void parts.push(part.toString()));
    const end = response.end.bind(response);
    response.end = ((body?: unknown, ...rest: never[]) => {
      count(action, parts.join(''), typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '{}');
      return end(body as string, ...rest);
    }) as typeof response.end;
  };
}
