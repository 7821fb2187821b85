import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './row.ts';

/** What an area works with. */
export type Bench = {
  /** The project's folder. */
  root: string;
  /** How often a thing is measured: this number, or far less when it is only tried out. */
  times(full: number): number;
  /** The size of the log in megabytes of 10^6 bytes, when it is not to be the usual one. */
  megabytes?: number;
  /** A line of progress; never among the results. */
  say(line: string): void;
  /** What was started or made is given up here, so that it ends whatever happens. */
  afterwards: AsyncDisposableStack;
};

/** One thing that is measured. Its file in areas/ is named like the word that a person types, and exports it as `area`. */
export type Area = {
  title: string;
  /** Sentences that a reader of the numbers needs: what ran, what is in the number and what is not. */
  notes: readonly string[];
  measure(bench: Bench): Promise<readonly Figure[]>;
};

const folder = join(import.meta.dirname, 'areas');

/** Every area by its file. */
export function areaNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted();
}

/** Loads one area of `areaNames`. */
export async function loadArea(name: string): Promise<Area> {
  const { area } = (await import(join(folder, `${name}.ts`))) as { area: Area };
  return area;
}
