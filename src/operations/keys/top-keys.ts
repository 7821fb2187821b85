import { createHash } from 'node:crypto';
import type { ScannedKey } from '../../targets/key-scan.ts';
import { decoded } from './segment.ts';

/** A single key as it leaves the room. */
export type TopKey = {
  pattern: string;
  /** The first 8 hex digits of the SHA-256 of its name: `printf %s NAME | sha256sum`. */
  hash: string;
  /** Only where the config allows it. */
  name: string | null;
  type: string;
  bytes: number;
  members: number | null;
  ttlSeconds: number | null;
  frequency: number | null;
};

export const TOP_KEYS = 10;
/** Of each type, so that a big list is not hidden by bigger sets. */
const TOP_OF_A_TYPE = 3;
const NAME_CHARACTERS = 120;

/** The keys with the most of something, biggest first. */
export type Top = { offer(key: ScannedKey): void; readonly keys: readonly ScannedKey[] };

export function createTop(size: number, measure: (key: ScannedKey) => number | null): Top {
  const kept: { key: ScannedKey; value: number }[] = [];
  let floor = 0;
  return {
    offer(key) {
      const value = measure(key);
      if (value === null || value <= floor) return;
      kept.push({ key, value });
      if (kept.length <= size) return;
      kept.sort((a, b) => b.value - a.value);
      kept.pop();
      floor = kept.at(-1)?.value ?? 0;
    },
    get keys() {
      return kept.toSorted((a, b) => b.value - a.value).map(({ key }) => key);
    },
  };
}

/** The keys with the most members, of each type its own. */
export function createTopByType(): Top {
  const byType = new Map<string, Top>();
  return {
    offer(key) {
      let top = byType.get(key.type);
      if (!top) byType.set(key.type, (top = createTop(TOP_OF_A_TYPE, ({ members }) => members)));
      top.offer(key);
    },
    get keys() {
      return [...byType.values()].flatMap((top) => top.keys);
    },
  };
}

/** A key without its name, unless that may be shown. */
export function shownKey(key: ScannedKey, pattern: string, withName: boolean): TopKey {
  const { name, type, memoryBytes: bytes, members, ttlSeconds, frequency } = key;
  const hash = createHash('sha256').update(Buffer.from(name, 'latin1')).digest('hex').slice(0, 8);
  return { pattern, hash, name: withName ? readable(name) : null, type, bytes, members, ttlSeconds, frequency };
}

/** As text where it is some, else with its bytes written out: `\xff`. */
function readable(name: string): string {
  const text = decoded(name) ?? name.replaceAll(/[^\u0020-\u007e]/g, escaped);
  const characters = Array.from(text.replaceAll(/\p{Cc}/gu, escaped));
  return characters.length > NAME_CHARACTERS
    ? `${characters.slice(0, NAME_CHARACTERS).join('')}…`
    : characters.join('');
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** The biggest of several lists; the same key twice is one. */
export function mergeTop(
  lists: readonly (readonly TopKey[])[],
  size: number,
  measure: (key: TopKey) => number | null,
): TopKey[] {
  const byKey = new Map(lists.flat().map((key) => [`${key.hash} ${key.pattern}`, key]));
  const value = (key: TopKey) => measure(key) ?? -1;
  return [...byKey.values()].toSorted((a, b) => value(b) - value(a)).slice(0, size);
}
