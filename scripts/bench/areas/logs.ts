import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Area, Bench } from '../area.ts';
import { PREFIX } from '../logs/made-entry.ts';
import { makeLog, type MadeLog } from '../logs/make-log.ts';
import { pgBadgerCost } from '../logs/pgbadger.ts';
import { programCost, readingCost, secondPassCost, type Cost } from '../logs/run.ts';
import { measuresOf, roundRobin, type Contender } from '../round-robin.ts';
import type { Figure } from '../row.ts';
import { median } from '../statistics.ts';

const MEGABYTES = 200;
const ROUNDS = 5;
const PGBADGER = 'pgBadger -j 1';
const WARM = 'stderr again';
const OTHERS = ['only reading it', 'wc -l', PGBADGER] as const;
const FORMATS = ['stderr', 'csv', 'json'] as const;

/** The whole report of a log by one thread, beside what only reads it, what counts its lines, and pgBadger. */
export const area: Area = {
  title: 'Logs: the whole report of a log by one thread',
  notes: [
    `Each number is the median of ${ROUNDS}, but pgBadger runs once, after them, because it takes minutes. Each measure is a process of its own, with its start in the time; “a second pass” is the same log read again by a process that has read it once, and without the start.`,
    `The log has ${MEGABYTES} MB as stderr; \`--mb 1000\` makes one of a gigabyte. pgBadger is asked about at most ${MEGABYTES} MB.`,
    'The log is made up, with the mix of a log that PostgreSQL 15 wrote for pgbench by each protocol with everything logged: a fifth of the lines statements with literals, a quarter parameters, a tenth continuation lines, one in three hundred something else. It is a bit harder than that one: twenty backends of two users instead of four of one, so fewer lines begin as the one before. The three formats hold the same entries, so csvlog and jsonlog are longer.',
    'NIGHTSHIFT_BENCH_LOG=<file> reads a log of format stderr of yours instead; NIGHTSHIFT_BENCH_LOG_PREFIX is its log_line_prefix.',
    '`wc -l` is the floor: it reads the file and looks for newlines. pgBadger comes from the packages of Debian (apt-get download) and writes JSON. Without it, its rows are empty.',
    'Aims: 300 MB/s in a process of its own, 100 times as fast as pgBadger -j 1, csvlog and jsonlog at 100 MB/s, 150 MB of memory whatever the size.',
  ],

  async measure(bench) {
    const { logs, prefix } = logsOf(bench);
    const contenders = contendersOf(logs, prefix);
    const rounds = await roundRobin(contenders, { rounds: bench.times(ROUNDS), warmups: 0 });
    const theirs = await pgBadgerOf(bench, logs, prefix);
    const measured = new Map([...rounds, ...(theirs ? [[PGBADGER, [theirs]] as const] : [])]);
    for (const line of speeds(logs, measured)) bench.say(line);
    return figures(logs, measured);
  },
};

type Measured = ReadonlyMap<string, readonly Cost[]>;

function logsOf(bench: Bench): { logs: MadeLog; prefix: string } {
  const given = process.env['NIGHTSHIFT_BENCH_LOG'];
  if (given)
    return { logs: { stderr: given, csv: '', json: '' }, prefix: process.env['NIGHTSHIFT_BENCH_LOG_PREFIX'] ?? PREFIX };
  bench.say('making the log, unless it is there');
  const megabytes = bench.megabytes ?? bench.times(MEGABYTES);
  return { logs: makeLog(join(bench.root, '.nightshift', 'bench'), megabytes), prefix: PREFIX };
}

function contendersOf(logs: MadeLog, prefix: string): Contender<Cost>[] {
  const formats = FORMATS.filter((format) => logs[format] !== '');
  return [
    ...formats.map((format) => ({ name: format, measure: () => readingCost(logs[format], format, prefix) })),
    { name: WARM, measure: () => secondPassCost(logs.stderr, 'stderr', prefix) },
    { name: 'only reading it', measure: () => readingCost(logs.stderr, 'nothing', prefix) },
    { name: 'wc -l', measure: () => programCost('wc', ['-l', logs.stderr], process.env) },
  ];
}

async function pgBadgerOf(bench: Bench, logs: MadeLog, prefix: string): Promise<Cost | undefined> {
  if (megabytesOf(logs.stderr) > 1.2 * MEGABYTES) {
    bench.say('pgBadger is left out: it would take many minutes for a log of this size');
    return undefined;
  }
  return pgBadgerCost(bench, logs.stderr, prefix);
}

function megabytesOf(file: string): number {
  return statSync(file).size / 1_000_000;
}

function middle(measured: Measured, name: string, part: keyof Cost): number {
  return median(measuresOf(measured, name).map((cost) => cost[part]));
}

/** Each way to read it in megabytes a second of the file that it read. */
function speeds(logs: MadeLog, measured: Measured): string[] {
  const speed = (file: string, ms: number) => (megabytesOf(file) / (ms / 1_000)).toFixed(0);
  return [...measured.keys()].map((name) => {
    const file = name === 'csv' || name === 'json' ? logs[name] : logs.stderr;
    const cpuMs = middle(measured, name, 'cpuMs');
    const ofProcessor = cpuMs > 0 ? `, ${speed(file, cpuMs)} MB a second of processor time` : '';
    return `${name}: ${speed(file, middle(measured, name, 'wallMs'))} MB/s${ofProcessor}`;
  });
}

function figures(logs: MadeLog, measured: Measured): Figure[] {
  const has = (name: string) => measured.has(name);
  const wall = (name: string) => (has(name) ? middle(measured, name, 'wallMs') : null);
  const whole = `${megabytesOf(logs.stderr).toFixed(0)} MB of stderr`;
  const cold = middle(measured, 'stderr', 'wallMs');
  return [
    ...OTHERS.map((other): Figure => ({
      what: `report of ${whole}: wall`,
      ours: cold,
      theirs: wall(other),
      against: other === PGBADGER && !has(other) ? 'pgBadger could not be asked' : other,
      unit: 'ms',
    })),
    {
      what: `report of ${whole} in a second pass: wall`,
      ours: middle(measured, WARM, 'wallMs'),
      theirs: cold,
      against: 'in a process of its own',
      unit: 'ms',
    },
    ...(['csv', 'json'] as const).filter(has).map((format): Figure => ({
      what: `report of the same entries as ${format}log, ${megabytesOf(logs[format]).toFixed(0)} MB: wall`,
      ours: middle(measured, format, 'wallMs'),
      theirs: cold,
      against: 'as stderr',
      unit: 'ms',
    })),
    {
      what: `report of ${whole}: processor time`,
      ours: middle(measured, 'stderr', 'cpuMs'),
      theirs: cold,
      against: 'its wall',
      unit: 'ms',
    },
    {
      what: `report of ${whole}: memory`,
      ours: middle(measured, 'stderr', 'peakKB'),
      theirs: null,
      against: 'aim: 150 MB',
      unit: 'KB',
    },
  ];
}
