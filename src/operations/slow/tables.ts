import { bytesText, durationText, percentText } from '../../checks/wording.ts';
import type { Cell, Chart, Table } from '../../core/report.ts';
import type { Moved, Order, StatementComparison, StatementGroup, StatementLine } from '../../core/statement.ts';
import { shorten } from '../../core/sql.ts';
import type { PostgresLoad } from '../../targets/cloud.ts';
import { busyText, meanOf, msText, shortId, timesText } from './wording.ts';

const TEXT_CHARACTERS = 120;
const PAGE_BYTES = 8_192;

/** How a list is ordered, in words. */
export const ORDER_WORDS: { readonly [O in Order]: string } = {
  total: 'total time',
  mean: 'time of one call',
  calls: 'calls',
  io: 'reading and writing',
  temp: 'temporary files',
  wal: 'WAL',
  rows: 'rows',
};

/** The statements of one member, and who they belong to. */
export function tablesOf(comparison: StatementComparison, by: Order): Table[] {
  return [statementTable(comparison, by), ...groupTables(comparison)].filter(({ rows }) => rows.length > 0);
}

function statementTable({ member, role, lines, against }: StatementComparison, by: Order): Table {
  const extra = EXTRA[by] ?? {};
  const redis = lines.length > 0 && lines.every(({ shape }) => shape.includes(':'));
  const numbers = ['share', 'mean', 'was', 'calls', 'total', ...Object.keys(extra)];
  // On a phone the text of a statement would push the numbers out of sight.
  const columns = redis ? ['command', ...numbers] : ['id', ...numbers, 'rows a call', 'cache', 'statement'];
  return {
    title: `${redis ? 'Commands' : 'Statements'} of ${member} (${role}) by ${ORDER_WORDS[by]}`,
    columns: columns.map((label) => ({ key: label, label })),
    rows: lines.map((line) => ({
      ...(redis ? { command: line.text } : namedCells(line)),
      share: percentText(line.share, 1),
      mean: msText(meanOf(line)),
      was: against === null ? null : wasText(line),
      calls: line.calls.toLocaleString('en-US'),
      total: msText(line.totalMs),
      ...Object.fromEntries(Object.entries(extra).map(([label, cell]) => [label, cell(line)])),
    })),
  };
}

function namedCells(line: StatementLine): Record<string, Cell> {
  return {
    id: shortId(line.shape),
    statement: shorten(line.text, TEXT_CHARACTERS) || null,
    'rows a call': Math.round((line.rows / Math.max(1, line.calls)) * 10) / 10,
    cache: cacheText(line),
  };
}

const EXTRA: { readonly [O in Order]?: { readonly [label: string]: (line: StatementLine) => Cell } } = {
  io: { 'I/O': ({ ioMs }) => msText(ioMs), read: ({ readPages }) => bytesText(readPages * PAGE_BYTES) },
  temp: { temporary: ({ tempPages }) => bytesText(tempPages * PAGE_BYTES) },
  wal: { WAL: ({ walBytes }) => bytesText(walBytes) },
  rows: { rows: ({ rows }) => rows.toLocaleString('en-US') },
};

/** The usual time of a call. */
function wasText({ usual }: StatementLine): Cell {
  return usual ? msText(usual.meanMs) : 'new';
}

/** Nothing where no page was touched. */
function cacheText({ hitPages, readPages }: StatementLine): Cell {
  const all = hitPages + readPages;
  return all === 0 ? null : percentText(hitPages / all, 1);
}

function groupTables({ databases, roles, totalMs }: StatementComparison): Table[] {
  return [groupTable('database', databases, totalMs), groupTable('role', roles, totalMs)];
}

function groupTable(what: string, groups: readonly StatementGroup[], totalMs: number): Table {
  const rows = groups.length < 2 ? [] : groups;
  return {
    title: `By ${what}`,
    columns: [what, 'share', 'calls', 'total'].map((label) => ({ key: label, label })),
    rows: rows.map((group) => ({
      [what]: group.name || 'unknown',
      share: percentText(totalMs === 0 ? 0 : Math.min(1, group.totalMs / totalMs), 1),
      calls: group.calls.toLocaleString('en-US'),
      total: msText(group.totalMs),
    })),
  };
}

/** The servers side by side, and what was changed in this time. */
export function serverTables(comparisons: readonly StatementComparison[]): Table[] {
  const commands = comparisons[0]?.commands ?? [];
  return [
    {
      title: 'Servers',
      columns: ['server', 'role', 'calls', 'statements', 'busy'].map((label) => ({ key: label, label })),
      rows: comparisons.map(({ member, role, calls, statements, totalMs, seconds }) => ({
        server: member,
        role,
        calls: calls.toLocaleString('en-US'),
        statements: statements.toLocaleString('en-US'),
        busy: busyText(totalMs, seconds),
      })),
    },
    {
      title: 'Ran in this time',
      columns: ['command', 'times'].map((label) => ({ key: label, label })),
      rows: commands.map(({ text, calls }) => ({ command: shorten(text, TEXT_CHARACTERS), times: calls })),
    },
  ].filter(({ rows }) => rows.length > 0);
}

/** What active sessions wait for, as the cloud records it. */
export function waitTables(loads: readonly PostgresLoad[]): Table[] {
  return loads.flatMap(({ member, recorded }) => {
    if (!recorded || recorded.sessions === null || recorded.waits.length === 0) return [];
    return [
      {
        title: `What sessions of ${member} wait for, mean of ${durationText(recorded.overSeconds)}`,
        columns: ['wait', 'sessions', 'share'].map((label) => ({ key: label, label })),
        rows: recorded.waits.map(({ what, sessions }) => ({
          wait: what,
          sessions: Number(sessions.toPrecision(2)),
          share: percentText(sessions / Math.max(sessions, recorded.sessions ?? 0)),
        })),
      },
    ];
  });
}

/** The five that took most, over the asked time and as long before it: sessions that each kept busy. */
export function chartOf(target: string, { lines, course, from, moved }: StatementComparison): Chart[] {
  if (course.length < 3) return [];
  const shown = lines.slice(0, course[0]?.loads.length ?? 0);
  const [worst] = moved;
  const note = worst
    ? {
        note: `${shortId(worst.line.shape)} ${MOVEMENT[worst.kind](worst)}${worst.running ? '' : ` since ${from.slice(11, 16)} UTC`}`,
      }
    : {};
  return [
    {
      title: `${target} · time of the first ${shown.length} statements, % of one session`,
      unit: '%',
      limits: [],
      series: shown.map((line, n) => ({
        name: shortId(line.shape),
        points: course.map(({ at, loads }) => ({ at, value: Number(((loads[n] ?? 0) * 100).toPrecision(3)) })),
      })),
      ...note,
    },
  ];
}

const MOVEMENT: { readonly [K in Moved['kind']]: (moved: Moved) => string } = {
  running: () => 'runs and does not end',
  new: () => 'is new',
  slower: ({ ratio }) => `takes ${timesText(ratio)} as long`,
  oftener: ({ ratio }) => `is called ${timesText(ratio)} as often`,
};
