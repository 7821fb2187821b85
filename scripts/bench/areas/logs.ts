import { statSync } from 'node:fs';
import { join } from 'node:path';
import { installPgBadger } from '../../../test/logs/pgbadger/install.ts';
import type { Area, Bench } from '../area.ts';
import { makeLog, type MadeLog } from '../logs/make-log.ts';
import { PREFIX } from '../logs/made-entry.ts';
import { programCost, readingCost, type Cost } from '../logs/run.ts';
import { measuresOf, roundRobin, type Contender } from '../round-robin.ts';
import type { Figure } from '../row.ts';
import { median } from '../statistics.ts';

const MEGABYTES = 200;
const ROUNDS = 3;
const PGBADGER = 'pgBadger -j 1';
const OTHERS = ['only reading it', 'wc -l', PGBADGER] as const;

/** The whole report of a log by one thread, beside what only reads it, what counts its lines, and pgBadger. */
export const area: Area = {
  title: `Logs: the whole report of ${MEGABYTES} MB by one thread`,
  notes: [
    `Each number is the median of ${ROUNDS}, but pgBadger runs once, after them, because it takes minutes. Each measure is a process of its own, with its start in the time.`,
    'The log is made up: the statements of a shop with literals and with parameters, each with its duration, every thousandth entry something else. The three formats hold the same entries, so csvlog and jsonlog are longer.',
    'NIGHTSHIFT_BENCH_LOG=<file> reads a log of format stderr of yours instead; NIGHTSHIFT_BENCH_LOG_PREFIX is its log_line_prefix.',
    'pgBadger comes from the packages of Debian (apt-get download) and writes JSON. Without it, its rows are empty.',
    'Aims: 300 MB/s, 100 times as fast as pgBadger -j 1, csvlog and jsonlog at 100 MB/s, 150 MB of memory whatever the size.',
  ],

  async measure(bench) {
    const { logs, prefix } = logsOf(bench);
    const megabytes = statSync(logs.stderr).size / 1_000_000;
    const contenders = contendersOf(logs, prefix);
    const rounds = await roundRobin(contenders, { rounds: bench.times(ROUNDS), warmups: 0 });
    const theirs = await pgBadgerCost(bench, logs, prefix);
    const measured = new Map([...rounds, ...(theirs ? [[PGBADGER, [theirs]] as const] : [])]);
    const middle = (name: string, part: keyof Cost) => median(measuresOf(measured, name).map((cost) => cost[part]));
    for (const { name } of contenders) {
      const own = name === 'csv' || name === 'json' ? statSync(logs[name]).size / 1_000_000 : megabytes;
      bench.say(`${name}: ${(own / (middle(name, 'wallMs') / 1_000)).toFixed(0)} MB/s of its own file`);
    }
    const has = (name: string) => measured.has(name);
    const wall = (name: string) => (has(name) ? middle(name, 'wallMs') : null);
    const whole = `${megabytes.toFixed(0)} MB of stderr`;
    return [
      ...OTHERS.map((other): Figure => ({
        what: `report of ${whole}: wall`,
        ours: middle('stderr', 'wallMs'),
        theirs: wall(other),
        against: other === PGBADGER && !has(other) ? 'pgBadger could not be fetched' : other,
        unit: 'ms',
      })),
      ...(['csv', 'json'] as const).filter(has).map((format): Figure => ({
        what: `report of the same entries as ${format}log, ${(statSync(logs[format]).size / 1_000_000).toFixed(0)} MB: wall`,
        ours: middle(format, 'wallMs'),
        theirs: middle('stderr', 'wallMs'),
        against: 'as stderr',
        unit: 'ms',
      })),
      {
        what: `report of ${whole}: memory`,
        ours: middle('stderr', 'peakKB'),
        theirs: null,
        against: 'aim: 150 MB',
        unit: 'KB',
      },
    ];
  },
};

function logsOf(bench: Bench): { logs: MadeLog; prefix: string } {
  const given = process.env['NIGHTSHIFT_BENCH_LOG'];
  if (given)
    return { logs: { stderr: given, csv: '', json: '' }, prefix: process.env['NIGHTSHIFT_BENCH_LOG_PREFIX'] ?? PREFIX };
  bench.say('making the log, unless it is there');
  return { logs: makeLog(join(bench.root, '.nightshift', 'bench'), bench.times(MEGABYTES)), prefix: PREFIX };
}

function contendersOf(logs: MadeLog, prefix: string): Contender<Cost>[] {
  const formats = (['stderr', 'csv', 'json'] as const).filter((format) => logs[format] !== '');
  return [
    ...formats.map((format) => ({ name: format, measure: () => readingCost(logs[format], format, prefix) })),
    { name: 'only reading it', measure: () => readingCost(logs.stderr, 'nothing', prefix) },
    { name: 'wc -l', measure: () => programCost('wc', ['-l', logs.stderr], process.env) },
  ];
}

async function pgBadgerCost(bench: Bench, logs: MadeLog, prefix: string): Promise<Cost | undefined> {
  const installed = installPgBadger(join(bench.root, '.nightshift'));
  if ('problem' in installed) {
    bench.say(installed.problem);
    return undefined;
  }
  bench.say(`pgBadger ${installed.version} takes minutes`);
  const words = [
    installed.program,
    '--pid-dir',
    join(bench.root, '.nightshift'),
    '-q',
    '-j',
    '1',
    '-f',
    'stderr',
    '-p',
    prefix,
    '-x',
    'json',
    '-o',
    '-',
    logs.stderr,
  ];
  return programCost('perl', words, installed.environment);
}
