import type { Area, Bench } from '../area.ts';
import { findCheckPostgres } from '../postgres/check-postgres.ts';
import { costliest, costOf, type Cost } from '../postgres/database-time.ts';
import { startLargeServer, TABLES, type LargeServer } from '../postgres/large-server.ts';
import { reportHere, reportInTerminal } from '../postgres/our-report.ts';
import { measuresOf, roundRobin, type Contender } from '../round-robin.ts';
import { median } from '../statistics.ts';

const ROUNDS = 7;
const HERE = 'one health report in a running process';
const TERMINAL = 'one health report, the whole process of the terminal';
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
    const found = await findCheckPostgres(bench, server);
    const contenders = [...ours(bench, server)];
    const asked = 'none' in found ? undefined : found;
    if (asked) {
      const measure = () => costOf(server, 'bench_check_postgres', asked.askAll);
      contenders.push({ name: CHECK_POSTGRES, measure });
    }
    const measured = await roundRobin(contenders, { rounds: bench.times(ROUNDS), warmups: 1 });
    for (const line of await costliest(server, 'nightshift_read')) bench.say(line);
    const of = (name: string, part: keyof Cost) => median(measuresOf(measured, name).map((cost) => cost[part]));
    const theirs = (part: keyof Cost) => (asked ? of(CHECK_POSTGRES, part) : null);
    const against =
      'none' in found ? found.none : `check_postgres ${found.version}, ${found.questions.length} questions`;
    return [
      { what: `${TERMINAL}: wall`, ours: of(TERMINAL, 'wallMs'), theirs: theirs('wallMs'), against, unit: 'ms' },
      { what: `${HERE}: wall`, ours: of(HERE, 'wallMs'), theirs: theirs('wallMs'), against, unit: 'ms' },
      {
        what: 'one health report: database time',
        ours: of(HERE, 'databaseMs'),
        theirs: theirs('databaseMs'),
        against,
        unit: 'ms',
      },
    ];
  },
};

function ours({ root }: Bench, server: LargeServer): Contender<Cost>[] {
  return [
    { name: HERE, measure: () => costOf(server, 'nightshift_read', () => reportHere(server)) },
    { name: TERMINAL, measure: () => costOf(server, 'nightshift_read', () => reportInTerminal(root, server)) },
  ];
}
