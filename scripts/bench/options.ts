import { parseArgs } from 'node:util';

export const USAGE = 'npm run bench [-- <area> …] [--json] [--write] [--quick]';

/** What was asked for: the areas in the order in which they run. */
export type BenchOptions = { areas: readonly string[]; json: boolean; write: boolean; quick: boolean };

/** The words of the command line, or why they cannot be followed. `known` are the areas that exist. */
export function readOptions(
  words: readonly string[],
  known: readonly string[],
): { options: BenchOptions } | { problem: string } {
  const parsed = parse(words);
  if ('problem' in parsed) return parsed;
  const { named, json, write, quick } = parsed;
  const unknown = named.filter((area) => !known.includes(area));
  if (unknown.length > 0) return { problem: `There is no area ${unknown.join(', ')}; there are ${known.join(', ')}.` };
  if (write && named.length > 0)
    return { problem: 'The page holds every area of one run: --write goes without the name of an area.' };
  if (write && quick) return { problem: 'A quick run is too short for the page: --write goes without --quick.' };
  const areas = named.length === 0 ? known : known.filter((area) => named.includes(area));
  return { options: { areas, json, write, quick } };
}

type Words = Omit<BenchOptions, 'areas'> & { named: readonly string[] };

function parse(words: readonly string[]): Words | { problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
      },
    });
    return { named: positionals, json: values.json, write: values.write, quick: values.quick };
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
