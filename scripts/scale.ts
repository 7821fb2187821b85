import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Fault } from '../src/core/errors.ts';
import { readScaleArguments } from '../src/local/scale/scale-arguments.ts';
import { dayFor, type ScaleOptions } from '../src/local/scale/scale-options.ts';
import { simulateDay, type DayUsage } from '../src/local/scale/simulate.ts';
import { measuredTables, type Measured } from './generate/scale-tables.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const SIZES = [20, 100, 500, 1000];
/** The nightly report of one environment that holds every target. */
const WIDE: ScaleOptions = {
  targets: 1000,
  alarms: 0,
  commands: 0,
  environmentSize: 1000,
  countedHours: 0,
  watches: 0,
};
const USAGE_ERROR = 64;
const say = (line: string): void => void process.stderr.write(`nightshift: ${line}\n`);

const code = await main().catch((thrown: unknown) => {
  say(thrown instanceof Error ? thrown.message : String(thrown));
  return thrown instanceof Fault && thrown.code === 'invalid_request' ? USAGE_ERROR : 1;
});
process.exit(code);

async function main(): Promise<number> {
  const { day, isJson, write } = readScaleArguments(process.argv.slice(2));
  if (day !== undefined && isJson) {
    await print(`${JSON.stringify(await simulateDay(root, day))}\n`);
    return 0;
  }
  const days = day === undefined ? await series(SIZES.map(dayFor)) : await series([day]);
  const wide = day === undefined ? await series([WIDE]) : [];
  const measured: Measured = { ...machine(), days, wide };
  if (write) writeFileSync(join(root, 'docs', 'scale-measured.json'), `${JSON.stringify(measured, null, 1)}\n`);
  await print(isJson ? `${JSON.stringify(measured)}\n` : `${measuredTables(measured)}\n`);
  return 0;
}

/** Each day in a process of its own, because it takes over the time of its process. */
async function series(sizes: readonly ScaleOptions[]): Promise<DayUsage[]> {
  const days: DayUsage[] = [];
  for (const size of sizes) {
    say(`a day of ${size.targets} targets and ${size.alarms} alarm changes, ${size.environmentSize} in an environment`);
    days.push(await inChild(size));
  }
  return days;
}

async function inChild({
  targets,
  alarms,
  commands,
  environmentSize,
  countedHours,
  watches,
}: ScaleOptions): Promise<DayUsage> {
  const numbers = {
    targets,
    alarms,
    commands,
    'environment-size': environmentSize,
    'counted-hours': countedHours,
    watches,
  };
  const words = Object.entries(numbers).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const output = await text(child.stdout);
  const [exitCode] = await ended;
  if (exitCode !== 0) throw new Error(`the day of ${targets} targets failed`);
  return JSON.parse(output) as DayUsage;
}

function machine(): Pick<Measured, 'measuredOn' | 'machine' | 'node'> {
  const all = cpus();
  return {
    measuredOn: new Date().toISOString().slice(0, 10),
    machine: `${all.length} × ${all[0]?.model ?? 'unknown processor'}`,
    node: process.version,
  };
}

async function print(output: string): Promise<void> {
  await new Promise<void>((resolve) => void process.stdout.write(output, () => resolve()));
}
