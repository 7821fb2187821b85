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
const afterwards = new AsyncDisposableStack();
const say = (line: string) => process.stderr.write(`bench: ${line}\n`);

const read = readOptions(process.argv.slice(2), areaNames());
if ('problem' in read) {
  say(`${read.problem} Usage: ${USAGE}`);
  process.exitCode = 64;
} else {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void giveUp());
  await bench(read.options);
}

async function bench(options: BenchOptions): Promise<void> {
  const loadBefore = loadNow();
  const measured: Measured[] = [];
  for (const name of options.areas) measured.push(await measureArea(name, options.quick));
  const rows = measured.flatMap((one) => one.rows);
  const machine = thisMachine(loadBefore, new Date());
  if (options.write) {
    writeFileSync(join(root, 'docs', 'benchmarks.md'), benchmarksPage(measured, machine));
    say('wrote docs/benchmarks.md');
  }
  console.log(options.json ? JSON.stringify(rows, null, 2) : `${textTable(rows)}\n${machineLine(machine)}`);
}

/** What an area started has ended when this returns, also when it failed. */
async function measureArea(name: string, quick: boolean): Promise<Measured> {
  const area = await loadArea(name);
  say(area.title);
  await using stack = new AsyncDisposableStack();
  // A signal ends what runs now; disposing twice does nothing.
  afterwards.defer(() => stack.disposeAsync());
  const times = (full: number) => (quick ? Math.max(1, Math.ceil(full / 10)) : full);
  const figures = await area.measure({ root, times, say, afterwards: stack });
  return { name, area, rows: figures.map((figure) => rowOf(name, figure)) };
}

async function giveUp(): Promise<void> {
  await afterwards.disposeAsync();
  process.exit(130);
}
