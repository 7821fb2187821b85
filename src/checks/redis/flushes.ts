import { wordsOf } from './info.ts';

/**
 * Calls of FLUSHALL and FLUSHDB since the start, from INFO commandstats (`cmdstat_flushall:calls=1,usec=40,…`). A command that was
 * never called has no line; where none has one, the server keeps it to itself: null.
 * https://redis.io/docs/latest/commands/info/
 */
export function flushesIn(info: Readonly<Record<string, string>>): number | null {
  if (!Object.keys(info).some((name) => name.startsWith('cmdstat_'))) return null;
  const calls = (name: string) => Number(wordsOf(info[`cmdstat_${name}`] ?? '')['calls'] ?? 0);
  return calls('flushall') + calls('flushdb');
}
