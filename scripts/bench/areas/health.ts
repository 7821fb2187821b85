import type { Area, Bench } from '../area.ts';
import { findCheckPostgres, type CheckPostgres } from '../postgres/check-postgres.ts';
import { costliest, costOf, type Cost } from '../postgres/database-time.ts';
import { startLargeServer, TABLES, type Asker, type LargeServer } from '../postgres/large-server.ts';
import { reportHere, reportInTerminal } from '../postgres/our-report.ts';
import { findPgExtras, type PgExtras } from '../postgres/pg-extras.ts';
import { measuresOf, roundRobin, type Contender } from '../round-robin.ts';
import type { Figure } from '../row.ts';
import { median } from '../statistics.ts';

const ROUNDS = 7;
const HERE = 'in a running process';
const TERMINAL = 'the whole process of the terminal';
const CHECK_POSTGRES = 'check_postgres';
const PG_EXTRAS = 'pg-extras';

/** One health report of a database with a large catalogue. */
export const area: Area = {
  title: `Health: one report of a PostgreSQL 18 with ${TABLES.toLocaleString('en')} tables and ${(2 * TABLES).toLocaleString('en')} indexes`,
  notes: [
    `Each number is the median of ${ROUNDS} after a warm-up, with the server on the same machine; every connection is made anew, with a SCRAM password.`,
    'check_postgres (Debian) asks what our report asks, too, one process a question as a scheduler runs it, without bloat. It asks for no lag of replicas and no lock tree.',
    'pg-extras: the statements of its commands for what our report asks, too, with its bloat estimate, one after the other over one new connection; it judges nothing.',
    'Database time is what pg_stat_statements counts as execution for the statements of the asking role.',
    'Aim: 150 ms of database time and 300 ms of wall clock for all checks together.',
  ],

  async measure(bench) {
    const server = await startLargeServer(bench);
    const checks = await reportHere(server);
    bench.say(`a report of ${checks} checks, all answered`);
    const found = await findCheckPostgres(bench, server);
    const extras = findPgExtras(bench, server);
    const contenders = [
      ...ours(bench, server),
      ...('none' in found ? [] : [beside(CHECK_POSTGRES, 'bench_check_postgres', server, found)]),
      ...('none' in extras ? [] : [beside(PG_EXTRAS, 'bench_pg_extras', server, extras)]),
    ];
    const measured = await roundRobin(contenders, { rounds: bench.times(ROUNDS), warmups: 1 });
    for (const line of await costliest(server, 'nightshift_read')) bench.say(line);
    const report = `one health report, ${checks} checks`;
    return [
      ...againstProgram(measured, report, wordsOf(CHECK_POSTGRES, found)),
      ...againstStatements(measured, report, wordsOf(PG_EXTRAS, extras)),
    ];
  },
};

function ours({ root }: Bench, server: LargeServer): Contender<Cost>[] {
  return [
    { name: HERE, measure: () => costOf(server, 'nightshift_read', async () => void (await reportHere(server))) },
    { name: TERMINAL, measure: () => costOf(server, 'nightshift_read', () => reportInTerminal(root, server)) },
  ];
}

function beside(
  name: string,
  asker: Asker,
  server: LargeServer,
  { askAll }: Pick<CheckPostgres, 'askAll'>,
): Contender<Cost> {
  return { name, measure: () => costOf(server, asker, askAll) };
}

function wordsOf(name: string, found: CheckPostgres | PgExtras | { none: string }): string {
  return 'none' in found ? found.none : `${name} ${found.version}, ${found.questions.length} questions`;
}

type Measured = ReadonlyMap<string, readonly Cost[]>;

/** The wall clock twice, since a function that is warm does not pay for the start of a process; the database's time once. */
function againstProgram(measured: Measured, report: string, against: string): Figure[] {
  const figure = figuresOf(measured, CHECK_POSTGRES, against);
  return [
    figure(`${report}, ${TERMINAL}: wall`, TERMINAL, 'wallMs'),
    figure(`${report}, ${HERE}: wall`, HERE, 'wallMs'),
    figure(`${report}: database time`, HERE, 'databaseMs'),
  ];
}

function againstStatements(measured: Measured, report: string, against: string): Figure[] {
  const figure = figuresOf(measured, PG_EXTRAS, against);
  return [figure(`${report}, ${HERE}: wall`, HERE, 'wallMs'), figure(`${report}: database time`, HERE, 'databaseMs')];
}

function figuresOf(measured: Measured, theirs: string, against: string) {
  const middle = (name: string, part: keyof Cost) => median(measuresOf(measured, name).map((cost) => cost[part]));
  return (what: string, name: string, part: keyof Cost): Figure => ({
    what,
    ours: middle(name, part),
    theirs: measured.has(theirs) ? middle(theirs, part) : null,
    against,
    unit: 'ms',
  });
}
