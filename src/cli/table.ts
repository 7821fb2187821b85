import CliTable3 from 'cli-table3';
import type { Cell, Table } from '../core/report.ts';
import { plain, type Style } from './style.ts';

/** A table in lines, never wider than `width` columns: the widest columns give way and wrap. */
export function renderTable(table: Table, width: number, style: Style): string {
  const cells = table.rows.map((row) => table.columns.map(({ key }) => cellText(row[key] ?? null)));
  const widths = table.columns.map(({ label }, column) =>
    Math.max(plain(label).length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const numeric = table.columns.map(({ key }) => table.rows.every((row) => typeof row[key] === 'number'));
  const drawn = new CliTable3({
    head: table.columns.map(({ label }) => style.bold(plain(label))),
    // The library colours heads and borders by itself, whatever the terminal: the style alone decides.
    style: { head: [], border: [] },
    colWidths: narrowed(widths, width - (3 * widths.length + 1)).map((columnWidth) => columnWidth + 2),
    colAligns: numeric.map((isNumeric) => (isNumeric ? 'right' : 'left')),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  drawn.push(...cells);
  return drawn.toString();
}

function cellText(cell: Cell): string {
  return cell === null ? '–' : plain(String(cell));
}

/** Takes from the widest column until all fit; no column gets narrower than eight characters. */
function narrowed(widths: readonly number[], room: number): number[] {
  const result = [...widths];
  let over = result.reduce((sum, one) => sum + one, 0) - room;
  while (over > 0) {
    const widest = result.indexOf(Math.max(...result));
    const present = result[widest] ?? 0;
    if (present <= 8) break;
    result[widest] = present - 1;
    over -= 1;
  }
  return result;
}
