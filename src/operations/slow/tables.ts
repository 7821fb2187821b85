import { bytesText, percentText } from '../../checks/wording.ts';
import type { Cell, Chart, Table } from '../../core/report.ts';
import type { Order, StatementComparison, StatementGroup, StatementLine } from '../../core/statement.ts';
import { shorten } from '../../core/sql.ts';
import { meanOf, msText, shortId, timesText } from './wording.ts';

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

function statementTable({ member, role, lines }: StatementComparison, by: Order): Table {
  const extra = EXTRA[by] ?? {};
  const columns = [
    'statement',
    'share',
    'calls',
    'mean',
    'was',
    'total',
    ...Object.keys(extra),
    'rows a call',
    'cache',
  ];
  return {
    title: `Statements of ${member} (${role}) by ${ORDER_WORDS[by]}`,
    columns: columns.map((label) => ({ key: label, label })),
    rows: lines.map((line) => ({
      statement: statementText(line),
      share: percentText(line.share, 1),
      calls: line.calls.toLocaleString('en-US'),
      mean: msText(meanOf(line)),
      was: wasText(line),
      total: msText(line.totalMs),
      ...Object.fromEntries(Object.entries(extra).map(([label, cell]) => [label, cell(line)])),
      'rows a call': Math.round((line.rows / Math.max(1, line.calls)) * 10) / 10,
      cache: cacheText(line),
    })),
  };
}

/** A command of Redis is its own name. */
function statementText({ shape, text }: StatementLine): string {
  const words = shorten(text, TEXT_CHARACTERS);
  return shape.includes(':') && words !== '' ? words : `${shortId(shape)} ${words}`.trim();
}

const EXTRA: { readonly [O in Order]?: { readonly [label: string]: (line: StatementLine) => Cell } } = {
  io: { 'I/O': ({ ioMs }) => msText(ioMs), read: ({ readPages }) => bytesText(readPages * PAGE_BYTES) },
  temp: { temporary: ({ tempPages }) => bytesText(tempPages * PAGE_BYTES) },
  wal: { WAL: ({ walBytes }) => bytesText(walBytes) },
  rows: { rows: ({ rows }) => rows.toLocaleString('en-US') },
};

/** Time and frequency of a call against usual: "12 ms, 1.5× as often". */
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

/** The five that took most, over the asked time and as long before it: sessions that each kept busy. */
export function chartOf(target: string, { lines, course, from, moved }: StatementComparison): Chart[] {
  if (course.length < 3) return [];
  const shown = lines.slice(0, course[0]?.loads.length ?? 0);
  const [worst] = moved;
  const note = worst
    ? {
        note: `${shortId(worst.line.shape)} ${worst.kind === 'new' ? 'is new' : `${timesText(worst.ratio)} ${worst.kind === 'slower' ? 'as long' : 'as often'}`} since ${from.slice(11, 16)} UTC`,
      }
    : {};
  return [
    {
      title: `${target} · sessions kept busy by the first ${shown.length} statements`,
      unit: 'sessions',
      limits: [],
      series: shown.map((line, n) => ({
        name: shortId(line.shape),
        points: course.map(({ at, loads }) => ({ at, value: loads[n] ?? 0 })),
      })),
      ...note,
    },
  ];
}
