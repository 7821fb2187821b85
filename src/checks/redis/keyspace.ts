import { wordsOf } from './info.ts';

/** Keys of all databases of a server: `db0:keys=12,expires=3,avg_ttl=0`. A database without keys is not listed. */
export function keysOf(info: Readonly<Record<string, string>>): { keys: number; keysWithExpiry: number } {
  let keys = 0;
  let keysWithExpiry = 0;
  for (const [name, line] of Object.entries(info)) {
    if (!/^db\d+$/.test(name)) continue;
    const words = wordsOf(line);
    keys += Number(words['keys'] ?? 0);
    keysWithExpiry += Number(words['expires'] ?? 0);
  }
  return { keys, keysWithExpiry };
}
