import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { areaNames, loadArea } from './bench/area.ts';
import { loadNow, machineLine, thisMachine } from './bench/machine.ts';
import { readOptions, USAGE, type BenchOptions } from './bench/options.ts';
import { benchmarksPage, type Measured } from './bench/page.ts';
import { rowOf } from './bench/row.ts';
import { textTable } from './bench/table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const running = new Set<AsyncDisposableStack>();
let givenUp = false;
const say = (line: string) => process.stderr.write(`bench: ${line}\n`);

const read = readOptions(process.argv.slice(2), areaNames());
if ('problem' in read) {
  say(`${read.problem} Usage: ${USAGE}`);
  process.exitCode = 64;
} else {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void giveUp());
  // What fails because everything is being ended is no news.
  await bench(read.options).catch((thrown: unknown) => (givenUp ? undefined : Promise.reject(thrown)));
}

async function bench(options: BenchOptions): Promise<void> {
  const loadBefore = loadNow();
  const measured: Measured[] = [];
  for (const name of options.areas) measured.push(await measureArea(name, options));
  const rows = measured.flatMap((one) => one.rows);
  const machine = thisMachine(loadBefore, new Date());
  if (options.write) {
    writeFileSync(join(root, 'docs', 'benchmarks.md'), benchmarksPage(measured, machine));
    say('wrote docs/benchmarks.md');
  }
  if (options.quick) say('a quick run shows that it works; its numbers say little');
  console.log(options.json ? JSON.stringify(rows, null, 2) : `${textTable(rows)}\n${machineLine(machine)}`);
}

/** What an area started has ended when this returns, also when it failed. */
async function measureArea(name: string, { quick, megabytes }: BenchOptions): Promise<Measured> {
  const area = await loadArea(name);
  say(area.title);
  await using stack = new AsyncDisposableStack();
  running.add(stack);
  const times = (full: number) => (quick ? Math.max(1, Math.ceil(full / 10)) : full);
  const figures = await area.measure({ root, times, say, afterwards: stack, ...(megabytes && { megabytes }) });
  return { name, area, rows: figures.map((figure) => rowOf(name, figure)) };
}

/** Ends what runs now; an area that has ended has nothing left to end. */
async function giveUp(): Promise<void> {
  givenUp = true;
  for (const stack of running) await stack.disposeAsync();
  process.exit(130);
}
