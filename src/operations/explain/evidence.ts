import { conditionsIn, type ColumnCondition } from './conditions.ts';
import type { Verb } from './explainable.ts';
import { nodesOf, type Plan, type PlanNode } from './plan.ts';
import type { RoleSettings } from './role-settings.ts';
import { wholeTable } from './partitions.ts';
import type { ColumnFacts, IndexFacts, ReferenceFacts, TableFacts } from './table-facts.ts';
import type { Reason, Why } from './why-types.ts';

/** A reason with how much it explains: 100 is all. */
export type Weighed = Reason & { weight: number };

export type Counted = NonNullable<Why['counted']> & { deviationMs: number };

/** All that is known of one statement: what reasons and advice are found in. */
export type Evidence = {
  text: string;
  verb: Verb;
  counted: Counted;
  role: string | null;
  /** Where it ran, and we are. */
  database: string | null;
  plan: Plan;
  tables: readonly TableFacts[];
  references: readonly ReferenceFacts[];
  settings: RoleSettings;
};

/** A node that reads a table, with what it asks of its columns. */
export type Scan = {
  node: PlanNode;
  table: TableFacts;
  /** What it costs of the whole, 0 to 1. */
  share: number;
  conditions: readonly ColumnCondition[];
  /** What it is expected to give. */
  rows: number;
  tableRows: number;
};

/** Below that a table is read in a few milliseconds, and an index only costs. */
export const SMALL_TABLE_BYTES = 1_048_576;
/** An index helps where it leaves out nine rows of ten. */
export const SELECTIVE_RATIO = 0.1;
export const BLOCK_BYTES = 8192;

/** What the plan reads; the partitions of a table that are read in the same way are one. */
export function scansOf({ plan, tables }: Evidence): Scan[] {
  const single = nodesOf(plan.root).flatMap((node): Scan[] => {
    const table = tableOf(tables, node);
    if (!table || node.type === 'ModifyTable') return [];
    const conditions = conditionsIn(node.conditions['Filter']).filter(({ alias }) => alias === node.alias);
    const share = plan.totalCost > 0 ? node.ownCost / plan.totalCost : 0;
    const tableRows = Math.max(1, table.plannedRows ?? 0, table.liveRows);
    return [{ node, table, share, conditions, rows: node.rows, tableRows }];
  });
  const alike = Map.groupBy(single, ({ table: { oid, root }, node }) =>
    root === null ? `${oid} ${node.alias}` : `${root.schema}.${root.table} ${node.type}`,
  );
  return [...alike.values()].flatMap(together);
}

function together(scans: readonly Scan[]): Scan[] {
  const [first] = scans;
  if (!first || first.table.root === null) return [...scans];
  const sum = (of: (scan: Scan) => number) => scans.reduce((total, scan) => total + of(scan), 0);
  const share = sum((scan) => scan.share);
  const table = wholeTable(
    first.table,
    first.table.root,
    scans.map((scan) => scan.table),
  );
  return [{ ...first, table, share, rows: sum(({ rows }) => rows), tableRows: sum(({ tableRows }) => tableRows) }];
}

/** Scans that read a whole table which is not small, and are a tenth of the cost at least. */
export function wholeScans(evidence: Evidence): Scan[] {
  return scansOf(evidence).filter(
    ({ node, share, table }) => node.type === 'Seq Scan' && share >= 0.1 && table.sizeBytes >= SMALL_TABLE_BYTES,
  );
}

export function tableOf(tables: readonly TableFacts[], { relation, schema }: PlanNode): TableFacts | undefined {
  return tables.find((one) => one.table === relation && (schema === null || one.schema === schema));
}

export function columnOf(table: TableFacts, name: string): ColumnFacts | undefined {
  return table.columns[name];
}

/** Valid indexes on all rows that begin with this column. */
export function indexesOn(table: TableFacts, column: string): IndexFacts[] {
  return table.indexes.filter(({ isValid, isPartial, columns }) => isValid && !isPartial && columns[0] === column);
}

/** Conditions that an index on the column can look up as they stand. */
export function indexable({ table, conditions }: Scan): ColumnCondition[] {
  return conditions.filter((one) => ['equal', 'range'].includes(one.kind) && isPlain(one, table));
}

/** A cast that changes nothing, as of varchar to text, leaves a column plain. */
export function isPlain({ around, column }: ColumnCondition, table: TableFacts): boolean {
  if (around === null) return true;
  return around.kind === 'cast' && around.name === 'text' && columnOf(table, column)?.type === 'character varying';
}
