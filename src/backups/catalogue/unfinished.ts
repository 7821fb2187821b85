import type { BackupFolder } from './listing.ts';

/** A backup without a record: under way, never finished, or pruned half-way. `keys` are what is ours of it. */
export type Unfinished = { label: string; sizeBytes: number; lastAt: string; keys: readonly string[] };

/** Pure: none, or one. What was pruned half-way looks the same: its record went first, its proofs and pins go last. */
export function unfinishedOf({ label, files, proofs, pins, unknown }: BackupFolder): Unfinished[] {
  const own = [...files, ...[...proofs, ...pins].map(({ object }) => object)];
  const all = [...own, ...unknown];
  if (own.length === 0) return [];
  return [
    {
      label,
      sizeBytes: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      lastAt: all.map(({ modifiedAt }) => modifiedAt).reduce((a, b) => (a > b ? a : b), ''),
      keys: own.map(({ key }) => key),
    },
  ];
}
