import type { ColumnCondition } from './conditions.ts';
import {
  columnOf,
  indexable,
  isPlain,
  scansOf,
  SELECTIVE_RATIO,
  SMALL_TABLE_BYTES,
  type Evidence,
  type Scan,
} from './evidence.ts';
import { joinsOf } from './joins.ts';
import { quoted } from './quoted.ts';
import { limitedSorts } from './reasons-sort.ts';
import type { TableFacts } from './table-facts.ts';

/** An index that may help: what it is on, and how often of the cost it is about. */
export type IndexCandidate = {
  table: TableFacts;
  keys: readonly IndexKey[];
  /** The column that has to be NULL, of a partial index. */
  whereNull: string | null;
  share: number;
  /** False where nothing but a try can tell whether it helps. */
  isLikely: boolean;
  /** False for what a trigger looks up and for LIKE with an unknown pattern: no plan for any value shows whether it helps. */
  isInPlan: boolean;
};
/** `sql` is what stands in the brackets of CREATE INDEX; `column` is null for an expression. */
export type IndexKey = { sql: string; column: string | null };

const MOST_EQUAL = 3;
/** So few rows are left that one more column of an index finds none faster. */
const FEW_ROWS = 10;
/** A partial index is small where so few rows have no value. */
const RARE_NULL_RATIO = 0.2;

/** Pure: what may be indexed for a statement, without what an index has already; the most expensive part of the plan first. */
export function indexCandidates(evidence: Evidence): IndexCandidate[] {
  const scans = scansOf(evidence).filter(({ share, table }) => share >= 0.1 && table.sizeBytes >= SMALL_TABLE_BYTES);
  const all = [
    ...scans.flatMap(filterCandidate),
    ...scans.flatMap((scan) => scan.conditions.flatMap((condition) => expressionCandidate(scan, condition))),
    ...joinCandidates(evidence),
    ...sortCandidates(evidence),
    ...referenceCandidates(evidence),
  ].filter((one) => one.keys.length > 0 && !hasAlready(one));
  const bySql = new Map(all.toReversed().map((one) => [candidateSql(one), one]));
  return [...bySql.values()].toSorted((a, b) => Number(b.isLikely) - Number(a.isLikely) || b.share - a.share);
}

/** `public.orders (customer_id, created_at) WHERE deleted_at IS NULL`. */
export function candidateSql({ table, keys, whereNull }: IndexCandidate): string {
  const where = whereNull === null ? '' : ` WHERE ${quoted(whereNull)} IS NULL`;
  return `${table.name} (${keys.map(({ sql }) => sql).join(', ')})${where}`;
}

/** Equal columns first, the one with most values in front; then one range. */
function filterCandidate(scan: Scan): IndexCandidate[] {
  const { node, table, rows, tableRows, share, conditions } = scan;
  if (!['Seq Scan', 'Index Scan', 'Bitmap Heap Scan'].includes(node.type)) return [];
  const wanted = indexable(scan);
  const equal = bySelectivity(
    scan,
    wanted.filter(({ kind }) => kind === 'equal'),
  );
  const range =
    equal.length > 0 && rowsBy(scan, equal.slice(0, 1)) <= FEW_ROWS
      ? []
      : wanted.filter(({ kind }) => kind === 'range');
  const columns = [...enough(scan, equal), ...range.slice(0, 1).map(({ column }) => column)];
  const isLikely = node.type === 'Seq Scan' && rows / tableRows <= SELECTIVE_RATIO;
  return [
    {
      table,
      keys: [...new Set(columns)].map(plainKey),
      whereNull: rareNull(table, conditions),
      share,
      isLikely,
      isInPlan: true,
    },
  ];
}

/** As many columns as are needed to come down to a few rows. */
function enough(scan: Scan, equal: readonly ColumnCondition[]): string[] {
  const few = equal.findIndex((_one, n) => rowsBy(scan, equal.slice(0, n + 1)) <= FEW_ROWS);
  return equal.slice(0, Math.min(MOST_EQUAL, few < 0 ? equal.length : few + 1)).map(({ column }) => column);
}

function bySelectivity({ table, tableRows }: Scan, equal: readonly ColumnCondition[]): ColumnCondition[] {
  return equal.toSorted((a, b) => distinctOf(table, tableRows, b.column) - distinctOf(table, tableRows, a.column));
}

function rowsBy({ table, tableRows }: Scan, equal: readonly ColumnCondition[]): number {
  return equal.reduce((rows, { column }) => rows / distinctOf(table, tableRows, column), tableRows);
}

/** Negative means: times the number of rows. https://www.postgresql.org/docs/current/view-pg-stats.html */
function distinctOf(table: TableFacts, rows: number, column: string): number {
  const distinct = columnOf(table, column)?.statistics?.distinct ?? 1;
  return Math.max(1, distinct < 0 ? -distinct * rows : distinct);
}

function rareNull(table: TableFacts, conditions: readonly ColumnCondition[]): string | null {
  const rare = conditions.find(({ kind, column, around }) => {
    const statistics = columnOf(table, column)?.statistics;
    return kind === 'null' && around === null && statistics != null && statistics.nullRatio <= RARE_NULL_RATIO;
  });
  return rare?.column ?? null;
}

/** `lower(email)`, and the order of bytes for LIKE. */
function expressionCandidate(scan: Scan, condition: ColumnCondition): IndexCandidate[] {
  const { table, share, node } = scan;
  const { around, column, kind } = condition;
  const common = { table, whereNull: null, share, isLikely: node.type === 'Seq Scan', isInPlan: true };
  if (kind === 'pattern' && isPlain(condition, table)) {
    const type = columnOf(table, column)?.type;
    const operators =
      type === 'character varying' ? 'varchar_pattern_ops' : type === 'text' ? 'text_pattern_ops' : undefined;
    if (operators === undefined) return [];
    return [{ ...common, keys: [{ sql: `${quoted(column)} ${operators}`, column }], isInPlan: false }];
  }
  if (around?.kind !== 'function' || kind !== 'equal' || !PURE_FUNCTIONS.test(around.name)) return [];
  const name = around.name.slice(0, around.name.indexOf('('));
  return [{ ...common, keys: [{ sql: `${name}(${quoted(column)})`, column: null }] }];
}

/** Of one column alone and IMMUTABLE, as an index demands. https://www.postgresql.org/docs/current/functions-string.html */
const PURE_FUNCTIONS = /^(?:lower|upper|btrim|ltrim|rtrim|md5|length|char_length|abs|reverse|casefold)\([^…]+\)$/;

function joinCandidates(evidence: Evidence): IndexCandidate[] {
  return joinsOf(evidence).map(({ scan, column, otherRows }) => ({
    table: scan.table,
    keys: [plainKey(column)],
    whereNull: null,
    share: scan.share,
    isLikely: otherRows <= scan.tableRows * SELECTIVE_RATIO,
    isInPlan: true,
  }));
}

/** What is equal, then the order: so LIMIT stops after the rows that are wanted. */
function sortCandidates(evidence: Evidence): IndexCandidate[] {
  return limitedSorts(evidence).map(({ sort, scan, columns }) => {
    const equal = bySelectivity(
      scan,
      indexable(scan).filter(({ kind }) => kind === 'equal'),
    ).slice(0, MOST_EQUAL);
    const isMixed = new Set(columns.map(({ descending }) => descending)).size > 1;
    const order = columns.map(({ column, descending }) => ({
      sql: `${quoted(column)}${isMixed && descending ? ' DESC' : ''}`,
      column,
    }));
    const keys = [...equal.map(({ column }) => plainKey(column)), ...order];
    const share = evidence.plan.totalCost > 0 ? (sort.ownCost + scan.node.ownCost) / evidence.plan.totalCost : 0;
    const rows = Math.max(0, ...sort.children.map((child) => child.rows));
    return {
      table: scan.table,
      keys,
      whereNull: rareNull(scan.table, scan.conditions),
      share,
      isLikely: rows >= 10_000,
      isInPlan: true,
    };
  });
}

/** On the referring table of a foreign key. It is not in the plan, so only what the statistics say of it is known. */
function referenceCandidates({ references, verb }: Evidence): IndexCandidate[] {
  if (verb !== 'delete') return [];
  return references
    .filter(({ sizeBytes }) => sizeBytes >= SMALL_TABLE_BYTES)
    .map(({ columns, facts }) => ({
      table: facts,
      keys: columns.map(plainKey),
      whereNull: null,
      share: 1,
      isLikely: true,
      isInPlan: false,
    }));
}

function hasAlready({ table, keys, whereNull }: IndexCandidate): boolean {
  return table.indexes.some(({ isValid, isPartial, columns, method, servesPatterns }) => {
    if (!isValid || method !== 'btree' || (isPartial && whereNull === null)) return false;
    const begin = columns.slice(0, keys.length);
    if (begin.length < keys.length) return false;
    const needsBytes = keys.some(({ sql }) => sql.endsWith('_pattern_ops'));
    const same = keys.every(({ column }, n) => column !== null && begin[n] === column);
    return same && (!needsBytes || servesPatterns[0] === true);
  });
}

export function plainKey(column: string): IndexKey {
  return { sql: quoted(column), column };
}
