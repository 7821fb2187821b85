import type { Area, Bench } from '../area.ts';
import { findCheckPostgres, type CheckPostgres } from '../postgres/check-postgres.ts';
import { costliest, costOf, type Cost } from '../postgres/database-time.ts';
import { startLargeServer, TABLES, type LargeServer } from '../postgres/large-server.ts';
import { reportHere, reportInTerminal } from '../postgres/our-report.ts';
import { measuresOf, roundRobin, type Contender } from '../round-robin.ts';
import type { Figure } from '../row.ts';
import { median } from '../statistics.ts';

const ROUNDS = 7;
const HERE = 'in a running process';
const TERMINAL = 'the whole process of the terminal';
const CHECK_POSTGRES = 'check_postgres';

/** One health report of a database with a large catalogue. */
export const area: Area = {
  title: `Health: one report of a PostgreSQL 18 with ${TABLES.toLocaleString('en')} tables and ${(2 * TABLES).toLocaleString('en')} indexes`,
  notes: [
    `Each number is the median of ${ROUNDS} after a warm-up, with the server on the same machine; every connection is made anew, with a SCRAM password.`,
    'check_postgres (Debian) asks what our report asks, too, one process a question as a scheduler runs it, without bloat. It asks for no lag of replicas and no lock tree.',
    'Database time is what pg_stat_statements counts as execution for the statements of the asking role.',
    'Aim: 150 ms of database time.',
  ],

  async measure(bench) {
    const server = await startLargeServer(bench);
    const checks = await reportHere(server);
    bench.say(`a report of ${checks} checks, all answered`);
    const found = await findCheckPostgres(bench, server);
    const contenders = [...ours(bench, server), ...('none' in found ? [] : [theirs(server, found)])];
    const measured = await roundRobin(contenders, { rounds: bench.times(ROUNDS), warmups: 1 });
    for (const line of await costliest(server, 'nightshift_read')) bench.say(line);
    const against =
      'none' in found ? found.none : `check_postgres ${found.version}, ${found.questions.length} questions`;
    return figures(measured, `one health report, ${checks} checks`, against);
  },
};

function ours({ root }: Bench, server: LargeServer): Contender<Cost>[] {
  return [
    { name: HERE, measure: () => costOf(server, 'nightshift_read', async () => void (await reportHere(server))) },
    { name: TERMINAL, measure: () => costOf(server, 'nightshift_read', () => reportInTerminal(root, server)) },
  ];
}

function theirs(server: LargeServer, { askAll }: CheckPostgres): Contender<Cost> {
  return { name: CHECK_POSTGRES, measure: () => costOf(server, 'bench_check_postgres', askAll) };
}

/** The wall clock twice, since a function that is warm does not pay for the start of a process; the database's time once. */
function figures(measured: ReadonlyMap<string, readonly Cost[]>, report: string, against: string): Figure[] {
  const middle = (name: string, part: keyof Cost) => median(measuresOf(measured, name).map((cost) => cost[part]));
  const figure = (what: string, name: string, part: keyof Cost): Figure => ({
    what: `${report}${what}`,
    ours: middle(name, part),
    theirs: measured.has(CHECK_POSTGRES) ? middle(CHECK_POSTGRES, part) : null,
    against,
    unit: 'ms',
  });
  return [
    figure(`, ${TERMINAL}: wall`, TERMINAL, 'wallMs'),
    figure(`, ${HERE}: wall`, HERE, 'wallMs'),
    figure(': database time', HERE, 'databaseMs'),
  ];
}
