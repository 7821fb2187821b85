import type { Cell, Table } from '../core/report.ts';
import { plain, wrapped, type Style } from './style.ts';

const GAP = '  ';
const NARROWEST = 8;

/** A table in lines, never wider than `width` columns: the widest columns give way, and their cells wrap. */
export function tableLines(table: Table, width: number, style: Style): string[] {
  const labels = table.columns.map(({ label }) => plain(label));
  const cells = table.rows.map((row) => table.columns.map(({ key }) => cellText(row[key] ?? null)));
  const numeric = table.columns.map(({ key }) => table.rows.every((row) => typeof row[key] === 'number'));
  const natural = labels.map((label, column) =>
    Math.max(label.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const widths = narrowed(natural, width - GAP.length * (natural.length - 1));
  const lines = (row: readonly string[]): string[] => rowLines(row, widths, numeric);
  return [
    ...lines(labels).map((line) => style.bold(line)),
    style.dim(widths.map((columns) => '─'.repeat(columns)).join(GAP)),
    ...cells.flatMap(lines),
  ];
}

function cellText(cell: Cell): string {
  return cell === null ? '–' : plain(String(cell));
}

/** One row, as many lines high as its highest cell. */
function rowLines(row: readonly string[], widths: readonly number[], numeric: readonly boolean[]): string[] {
  const columns = row.map((text, column) => wrapped(text, widths[column] ?? NARROWEST));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((lines, column) => {
        const text = lines[line] ?? '';
        return numeric[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Takes from the widest column until all fit; no column gets narrower than a few characters. */
function narrowed(widths: readonly number[], room: number): number[] {
  const result = [...widths];
  let over = result.reduce((sum, one) => sum + one, 0) - room;
  while (over > 0) {
    const widest = result.indexOf(Math.max(...result));
    const present = result[widest] ?? 0;
    if (present <= NARROWEST) break;
    result[widest] = present - 1;
    over -= 1;
  }
  return result;
}
