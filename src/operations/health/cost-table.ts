import type { Cell, Report, Table } from '../../core/report.ts';
import type { CheckCost, Costs } from './look.ts';

/** Pure: the report with a table of what each check cost, dearest first, and their sum. */
export function withCost(report: Report, costs: Costs): Report {
  return { ...report, tables: [...report.tables, tableOf(costs)], text: [...report.text, noteOf(costs)] };
}

function tableOf({ checks }: Costs): Table {
  const ranked = checks.toSorted((a, b) => (b.databaseMs ?? b.roomMs) - (a.databaseMs ?? a.roomMs));
  const sum = (pick: (cost: CheckCost) => number | null) => checks.reduce((all, one) => all + (pick(one) ?? 0), 0);
  const all: CheckCost = {
    check: 'all',
    statements: sum(({ statements }) => statements),
    roomMs: sum(({ roomMs }) => roomMs),
    databaseMs: checks.some(({ databaseMs }) => databaseMs === null) ? null : sum(({ databaseMs }) => databaseMs),
  };
  return {
    title: 'Cost of each check',
    columns: [
      { key: 'check', label: 'check' },
      { key: 'statements', label: 'statements' },
      { key: 'room', label: 'here, ms' },
      { key: 'database', label: 'in the database, ms' },
    ],
    rows: [...ranked, all].map(rowOf),
  };
}

function rowOf({ check, statements, roomMs, databaseMs }: CheckCost): Record<string, Cell> {
  return { check, statements, room: rounded(roomMs), database: databaseMs === null ? null : rounded(databaseMs) };
}

function rounded(ms: number): number {
  return Number(ms.toFixed(2));
}

function noteOf({ databaseUnmeasured }: Costs): string {
  const how =
    'The checks were asked one after the other, on the one connection to each member; a usual look asks them side by side.';
  return databaseUnmeasured === null
    ? `${how} The time in the database is what pg_stat_statements counted for our role meanwhile.`
    : `${how} The time in the database is not known: ${databaseUnmeasured}.`;
}
