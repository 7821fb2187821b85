import { bytesText, countText, listText } from '../../checks/wording.ts';
import { indexesOn, SMALL_TABLE_BYTES, type Weighed } from './evidence.ts';
import { plainKey, type IndexCandidate } from './index-candidates.ts';
import type { Plan, PlanNode } from './plan.ts';
import type { TableFacts } from './table-facts.ts';

/** What a text compares with a value, by table: a reading of its words, no plan. */
export type Compared = { table: TableFacts; columns: readonly string[] };

/** Pure: columns after WHERE and ON that are compared with `?`, where only one of the tables has such a column and no index of it. */
export function comparedIn(shape: string, tables: readonly TableFacts[]): Compared[] {
  const conditions = shape.slice(Math.max(0, shape.search(/\b(?:where|on)\b/)));
  const columns = [
    ...conditions.matchAll(/(?<![\w"$(])(?:[a-z_][\w$]*\.)?([a-z_][\w$]*) (?:= \?|in\(\?\)|in \(\?\)|= any ?\(\?)/g),
  ].map(([, name = '']) => name);
  return tables.flatMap((table) => {
    if (table.sizeBytes < SMALL_TABLE_BYTES) return [];
    const own = [...new Set(columns)].filter(
      (name) => name in table.columns && tables.every((one) => one === table || !(name in one.columns)),
    );
    const served = own.some((name) => indexesOn(table, name).length > 0);
    return own.length === 0 || served ? [] : [{ table, columns: own.slice(0, 2) }];
  });
}

export function comparedReasons(compared: readonly Compared[]): Weighed[] {
  return compared.map(({ table, columns }) => ({
    kind: 'missing-index',
    sentence: `Its text compares ${listText(columns.map((one) => `\`${one}\``))} of \`${table.name}\` (${bytesText(table.sizeBytes)}), and no index begins with that; the table was read whole ${countText(table.scans.sequential, 'time')}.`,
    sure: 'guess',
    relation: table.name,
    weight: 55,
  }));
}

export function comparedCandidates(compared: readonly Compared[]): IndexCandidate[] {
  return compared.map(({ table, columns }) => ({
    table,
    keys: columns.map(plainKey),
    whereNull: null,
    share: 1,
    isLikely: true,
    isInPlan: false,
  }));
}

/** Stands in for a plan that nobody could make: each table by its size, and nothing said of how it is read. */
export function tablesAsPlan(tables: readonly TableFacts[]): Plan {
  const nodes = tables.map((table) =>
    nodeOf({ relation: table.table, schema: table.schema, alias: table.table, ownCost: table.sizeBytes }),
  );
  const totalCost = nodes.reduce((sum, { ownCost }) => sum + ownCost, 0);
  return { root: nodeOf({ children: nodes }), totalCost };
}

function nodeOf(known: Partial<PlanNode>): PlanNode {
  return {
    type: 'Unknown',
    mode: '',
    schema: null,
    relation: null,
    alias: null,
    index: null,
    totalCost: 0,
    rows: 0,
    conditions: {},
    sortKeys: [],
    groupKeys: [],
    children: [],
    ownCost: 0,
    ...known,
  };
}
