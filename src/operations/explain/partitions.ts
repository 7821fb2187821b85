import { quoted } from './quoted.ts';
import type { TableFacts, TableName } from './table-facts.ts';

/** Pure: a table out of those of its partitions that a plan reads; columns and indexes are those of the first. */
export function wholeTable(first: TableFacts, root: TableName, parts: readonly TableFacts[]): TableFacts {
  const sum = (of: (part: TableFacts) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    ...first,
    ...root,
    name: `${quoted(root.schema)}.${quoted(root.table)}`,
    partitions: parts.map(({ name }) => name),
    sizeBytes: sum((part) => part.sizeBytes),
    plannedRows: parts.every(({ plannedRows }) => plannedRows === null) ? null : sum((part) => part.plannedRows ?? 0),
    liveRows: sum((part) => part.liveRows),
    deadRows: sum((part) => part.deadRows),
    changedSinceAnalyze: sum((part) => part.changedSinceAnalyze),
    writes: sum((part) => part.writes),
  };
}
