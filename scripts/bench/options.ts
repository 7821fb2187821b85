import { parseArgs } from 'node:util';

export const USAGE = 'npm run bench [-- <area> …] [--json] [--write] [--quick] [--mb <size of the log>]';

/** What was asked for: the areas in the order in which they run; `megabytes` (10^6 bytes) of the log, where it is to be another size. */
export type BenchOptions = {
  areas: readonly string[];
  json: boolean;
  write: boolean;
  quick: boolean;
  megabytes?: number;
};

/** The words of the command line, or why they cannot be followed. `known` are the areas that exist. */
export function readOptions(
  words: readonly string[],
  known: readonly string[],
): { options: BenchOptions } | { problem: string } {
  const parsed = parse(words);
  if ('problem' in parsed) return parsed;
  const problem = problemOf(parsed, known);
  if (problem !== undefined) return { problem };
  const { named, json, write, quick, mb } = parsed;
  const areas = named.length === 0 ? known : known.filter((area) => named.includes(area));
  const size = mb === undefined ? {} : { megabytes: Number(mb) };
  return { options: { areas, json, write, quick, ...size } };
}

function problemOf({ named, write, quick, mb }: Words, known: readonly string[]): string | undefined {
  const unknown = named.filter((area) => !known.includes(area));
  if (unknown.length > 0) return `There is no area ${unknown.join(', ')}; there are ${known.join(', ')}.`;
  if (mb !== undefined && !/^[1-9]\d{0,5}$/.test(mb))
    return `--mb takes the size of the log in megabytes, such as --mb 1000, and not ${mb}.`;
  return write ? problemOfPage(named, quick, mb) : undefined;
}

function problemOfPage(named: readonly string[], quick: boolean, mb: string | undefined): string | undefined {
  if (named.length > 0) return 'The page holds every area of one run: --write goes without the name of an area.';
  if (quick) return 'A quick run is too short for the page: --write goes without --quick.';
  return mb === undefined ? undefined : 'The page is of the usual size: --write goes without --mb.';
}

type Words = Pick<BenchOptions, 'json' | 'write' | 'quick'> & { named: readonly string[]; mb: string | undefined };

function parse(words: readonly string[]): Words | { problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        mb: { type: 'string' },
      },
    });
    const { json, write, quick, mb } = values;
    return { named: positionals, json, write, quick, mb };
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
