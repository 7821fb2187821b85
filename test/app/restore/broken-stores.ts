import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { chosenFor, restoredSums } from './restored.ts';

type Below = (limit: number) => number;

/** What befalls an object that lies in a store. */
const DAMAGES: Readonly<Record<string, (path: string, below: Below) => void>> = {
  'a bit that turned': (path, below) => {
    const bytes = readFileSync(path);
    const at = below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    writeFileSync(path, bytes);
  },
  'an object that is shorter': (path, below) => truncateSync(path, below(readFileSync(path).length)),
  'an object that is gone': (path) => rmSync(path),
};

/** A store, and the last moment that it has: where it is, and what was in the database then. */
export type Whole = { directory: string; lsn: string; sums: string };

/**
 * Breaks one object, that a restore to the last moment needs, in a copy of a store: the restore names it or goes another way to the same
 * rows, and never brings anything else.
 */
export async function breakOneObject({ directory, lsn, sums }: Whole, below: Below): Promise<string> {
  const to = { kind: 'lsn', lsn } as const;
  const copy = `${directory}-broken`;
  const into = `${directory}-restored`;
  cpSync(directory, copy, { recursive: true });
  try {
    const store = createDirectoryStore({ name: 'primary', directory: copy });
    const chosen = await chosenFor(store, to);
    if ('refused' in chosen) throw new Error(chosen.refused);
    const { chain, wal } = chosen.choice;
    const keys = [...chain.flatMap(({ files }) => files.map(({ key }) => key)), ...wal.map(({ key }) => key)];
    const key = keys[below(keys.length)] ?? '';
    const damage = Object.keys(DAMAGES)[below(3)] ?? '';
    DAMAGES[damage]?.(join(copy, key), below);
    const came = await restoredSums({ store, to, into }).catch((thrown: unknown) => thrown);
    if (came instanceof Error) expect(came.message, `${damage}: ${key}`).toMatch(named(key));
    else expect(came, `${damage}: ${key}`).toBe(sums);
    return came instanceof Error ? `${damage}: named` : `${damage}: another way`;
  } finally {
    for (const place of [copy, into]) rmSync(place, { recursive: true, force: true });
  }
}

/** The segment, or the backup that it is of. Of what lies beyond the last segment nobody knows that it ever was there. */
function named(key: string): RegExp {
  const [segment] = basename(key).match(/^[0-9A-F]{24}/) ?? [];
  return new RegExp(segment === undefined ? (key.split('/').at(-2) ?? '-') : `${segment}|is not stored yet`);
}
