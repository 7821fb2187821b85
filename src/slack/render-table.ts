import type { TableBlock } from '@slack/types';
import type { Cell, Table } from '../core/report.ts';
import { context, preformatted, section } from './blocks.ts';
import type { Piece } from './fit.ts';
import { budgets, limits } from './limits.ts';
import { clip, counted, defuse, inline } from './mrkdwn.ts';

const NO_BREAK_SPACE = '\u00a0';

/** A table as Slack's own table block, with what does not fit counted below it. */
export function tablePiece(table: Table): Piece {
  const columns = table.columns.slice(0, limits.tableColumns);
  const head = columns.map((column) => cell(column.label));
  const kept: TableBlock['rows'] = [head];
  let characters = widthOf(head);
  for (const row of table.rows.slice(0, limits.tableRows - 1)) {
    const cells = columns.map((column) => cell(row[column.key] ?? null));
    characters += widthOf(cells);
    if (characters > budgets.tableCharacters) break;
    kept.push(cells);
  }
  const settings = columns.map((column) => ({ align: isNumeric(table, column.key) ? 'right' : 'left' }) as const);
  const title = section(`*${inline(table.title, 200) || 'Table'}*`);
  if (columns.length === 0 || table.rows.length === 0) {
    return { noun: 'table', count: 1, text: table.title, blocks: [title, context('No rows.')] };
  }
  return {
    noun: 'row',
    count: table.rows.length,
    text: inline(table.title, 200),
    blocks: [title, { type: 'table', rows: kept, column_settings: settings }, ...remainder(table, kept.length - 1)],
  };
}

function remainder(table: Table, shownRows: number): ReturnType<typeof context>[] {
  const more: string[] = [];
  if (table.rows.length > shownRows) more.push(`${counted(table.rows.length - shownRows, 'row')} more`);
  if (table.columns.length > limits.tableColumns) {
    more.push(`${counted(table.columns.length - limits.tableColumns, 'column')} more`);
  }
  return more.length === 0 ? [] : [context(more.join(', '))];
}

/** Slack refuses an empty cell, so nothing is shown as a no-break space. */
function cell(value: Cell): { type: 'raw_text'; text: string } {
  const text = value === null ? '' : clip(defuse(String(value)), budgets.cellCharacters);
  return { type: 'raw_text', text: text.trim() === '' ? NO_BREAK_SPACE : text };
}

function widthOf(cells: readonly { text: string }[]): number {
  return cells.reduce((sum, one) => sum + one.text.length, 0);
}

function isNumeric(table: Table, key: string): boolean {
  return table.rows.some((row) => typeof row[key] === 'number');
}

/** Rows of text in aligned columns, for places that know no table. */
export function alignedText(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((text, n) => (widths[n] = Math.max(widths[n] ?? 0, text.length)));
  return rows
    .map((row) =>
      row
        .map((text, n) => text.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A table block as preformatted text, for a Slack that refuses the block. */
export function tableAsText(block: TableBlock): ReturnType<typeof preformatted> {
  const rows = block.rows.map((row) => row.map((one) => ('text' in one ? one.text.trim() : '')));
  return preformatted(alignedText(rows));
}
