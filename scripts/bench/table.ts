import type { Row } from './row.ts';

const HEADINGS = ['area', 'what', 'ours', 'theirs', 'ratio', 'against'] as const;

/** Rows for a terminal: one line each under a line of headings, numbers to the right. */
export function textTable(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => aligned(cell, column, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf(row: Row): readonly string[] {
  return [row.area, ...measuresOf(row)];
}

/** What, ours, theirs, ratio and against, as text; a dash where there is nothing to say. */
export function measuresOf({ what, ours, theirs, ratio, against, unit }: Row): readonly string[] {
  return [
    what,
    `${figure(ours)} ${unit}`,
    theirs === null ? '–' : `${figure(theirs)} ${unit}`,
    ratio === null ? '–' : ratio.toFixed(2),
    against,
  ];
}

function aligned(cell: string, column: number, width: number): string {
  return column >= 2 && column <= 4 ? cell.padStart(width) : cell.padEnd(width);
}

/** Three digits that mean something. */
function figure(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
