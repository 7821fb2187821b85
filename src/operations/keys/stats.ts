import type { ScannedKey } from '../../targets/key-scan.ts';

/** Upper ends of the classes in which a time to live falls; above the last is `longer`. */
export const TTL_CLASSES = [
  { label: '< 1 h', belowSeconds: 3600 },
  { label: '< 1 d', belowSeconds: 86_400 },
  { label: '< 30 d', belowSeconds: 2_592_000 },
] as const;
/** As they are counted in `Stats.ttl`. */
export const TTL_LABELS = ['no TTL', ...TTL_CLASSES.map(({ label }) => label), 'longer'] as const;

/** What is known of the keys of one pattern. */
export type Stats = {
  keys: number;
  bytes: number;
  /** The sum of the squares of the sizes, from which an interval is made. */
  bytesSquared: number;
  /** Keys by type. */
  types: { [type: string]: number };
  /** Keys by class of TTL, in the order of `TTL_LABELS`. */
  ttl: number[];
  /** Bytes of the keys that never expire. */
  lastingBytes: number;
};

export function emptyStats(): Stats {
  return { keys: 0, bytes: 0, bytesSquared: 0, types: {}, ttl: [0, 0, 0, 0, 0], lastingBytes: 0 };
}

export function countKey(stats: Stats, { type, memoryBytes, ttlSeconds }: ScannedKey): void {
  stats.keys += 1;
  stats.bytes += memoryBytes;
  stats.bytesSquared += memoryBytes * memoryBytes;
  stats.types[type] = (stats.types[type] ?? 0) + 1;
  if (ttlSeconds === null) stats.lastingBytes += memoryBytes;
  const place = ttlClass(ttlSeconds);
  stats.ttl[place] = (stats.ttl[place] ?? 0) + 1;
}

function ttlClass(ttlSeconds: number | null): number {
  if (ttlSeconds === null) return 0;
  const found = TTL_CLASSES.findIndex(({ belowSeconds }) => ttlSeconds < belowSeconds);
  return found < 0 ? TTL_LABELS.length - 1 : found + 1;
}

export function addStats(to: Stats, more: Stats): void {
  to.keys += more.keys;
  to.bytes += more.bytes;
  to.bytesSquared += more.bytesSquared;
  to.lastingBytes += more.lastingBytes;
  for (const [type, keys] of Object.entries(more.types)) to.types[type] = (to.types[type] ?? 0) + keys;
  for (const [place, keys] of more.ttl.entries()) to.ttl[place] = (to.ttl[place] ?? 0) + keys;
}
