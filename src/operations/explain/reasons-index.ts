import { bytesText, countText, listText } from '../../checks/wording.ts';
import type { ColumnCondition } from './conditions.ts';
import {
  columnOf,
  indexable,
  indexesOn,
  isPlain,
  SELECTIVE_RATIO,
  SMALL_TABLE_BYTES,
  wholeScans,
  type Evidence,
  type Scan,
  type Weighed,
} from './evidence.ts';
import { joinsOf } from './joins.ts';

/** Pure: what about indexes makes it slow. */
export function indexReasons(evidence: Evidence): Weighed[] {
  return [
    ...wholeScans(evidence).flatMap((scan) => [
      ...filterReasons(scan),
      ...invalidReasons(scan),
      ...scan.conditions.flatMap((condition) => aroundReasons(scan, condition)),
      ...scan.conditions.flatMap((condition) => patternReasons(scan, condition)),
    ]),
    ...joinReasons(evidence),
    ...referenceReasons(evidence),
  ];
}

/** A filter that keeps few rows of a table that is read whole. */
function filterReasons(scan: Scan): Weighed[] {
  const { table, rows, share, tableRows } = scan;
  const ratio = rows / tableRows;
  const wanted = indexable(scan);
  if (wanted.length === 0 || ratio > SELECTIVE_RATIO) return [];
  const columns = [...new Set(wanted.map(({ column }) => column))];
  const serving = columns.flatMap((column) => indexesOn(table, column));
  const reads = `reads all ${bytesText(table.sizeBytes)} of \`${table.name}\` to keep about ${countText(Math.round(rows), 'row')} of ${countText(Math.round(tableRows), 'row')}`;
  const relation = table.name;
  const [index] = serving;
  if (index) {
    const sentence = `It ${reads}, though the index \`${index.name}\` begins with a column of the condition: the planner takes it for dearer.`;
    return [{ kind: 'unused-index', sentence, sure: 'guess', relation, weight: 45 * share }];
  }
  const sentence = `It ${reads}: no index begins with ${listText(columns.map((one) => `\`${one}\``))}.`;
  return [{ kind: 'missing-index', sentence, sure: 'likely', relation, weight: 50 + 30 * share }];
}

/** An index that would serve, if its build had not failed. */
function invalidReasons({ table, conditions, share }: Scan): Weighed[] {
  const asked = new Set(conditions.map(({ column }) => column));
  const broken = table.indexes.filter(
    ({ isValid, columns }) => !isValid && columns[0] != null && asked.has(columns[0]),
  );
  return broken.map(({ name }) => ({
    kind: 'invalid-index',
    sentence: `The index \`${name}\` on \`${table.name}\` would serve, and it is invalid: its build failed or is not done, so no query uses it.`,
    sure: 'proved',
    relation: table.name,
    weight: 60 + 30 * share,
  }));
}

/** A function or a cast around the column keeps an index on it from being used. */
function aroundReasons({ table, share }: Scan, condition: ColumnCondition): Weighed[] {
  const { around, column, kind } = condition;
  if (around === null || isPlain(condition, table) || ['null', 'not-null', 'other'].includes(kind)) return [];
  const [index] = indexesOn(table, column);
  const isCast = around.kind === 'cast';
  const made = isCast
    ? `compares \`${column}\` as ${around.name}, and it is ${columnOf(table, column)?.type ?? 'of another type'}`
    : `compares what \`${around.name}\` makes of \`${column}\``;
  const effect = index
    ? `the index \`${index.name}\` on the column cannot be used`
    : `an index on the column alone would not be used`;
  return [
    {
      kind: isCast ? 'cast-on-column' : 'function-on-column',
      sentence: `It ${made}: ${effect}, and all ${bytesText(table.sizeBytes)} of \`${table.name}\` are read.`,
      sure: index ? 'proved' : 'likely',
      relation: table.name,
      weight: (index ? 56 : 52) + 30 * share,
    },
  ];
}

/** LIKE with a fixed beginning is a range only in an order of bytes. https://www.postgresql.org/docs/current/indexes-opclass.html */
function patternReasons({ table, share, conditions }: Scan, condition: ColumnCondition): Weighed[] {
  const { kind, column } = condition;
  if (kind !== 'pattern' || !isPlain(condition, table) || conditions.some((one) => one.kind === 'equal')) return [];
  if (table.indexes.some((one) => one.isValid && one.columns[0] === column && one.servesPatterns[0] === true))
    return [];
  const [index] = indexesOn(table, column);
  const has = index
    ? `the index \`${index.name}\` is in the order of a language, which LIKE cannot use`
    : 'no index on it can serve LIKE';
  return [
    {
      kind: 'pattern-without-opclass',
      sentence: `It looks in \`${column}\` of \`${table.name}\` by LIKE, and ${has}: all ${bytesText(table.sizeBytes)} are read.`,
      sure: 'likely',
      relation: table.name,
      weight: 48 + 30 * share,
    },
  ];
}

/** A big table is read whole for the few rows that the other side of a join asks for. */
function joinReasons(evidence: Evidence): Weighed[] {
  return joinsOf(evidence).flatMap(({ scan, column, otherRows }) => {
    if (indexesOn(scan.table, column).length > 0 || otherRows > scan.tableRows * SELECTIVE_RATIO) return [];
    const { table, share, tableRows } = scan;
    return [
      {
        kind: 'missing-index' as const,
        sentence: `It joins \`${table.name}\` by \`${column}\`, which no index begins with: all ${countText(Math.round(tableRows), 'row')} are read for about ${countText(Math.round(otherRows), 'row')} of the other side.`,
        sure: 'likely' as const,
        relation: table.name,
        weight: 48 + 30 * share,
      },
    ];
  });
}

/** Of each row that is deleted the referring rows are looked for, and no plan shows that. */
function referenceReasons({ verb, references, plan }: Evidence): Weighed[] {
  if (verb !== 'delete') return [];
  return references
    .filter(({ sizeBytes }) => sizeBytes >= SMALL_TABLE_BYTES)
    .map(({ table, columns, referenced, constraint, sizeBytes }) => ({
      kind: 'missing-foreign-key-index',
      sentence: `Each row deleted from \`${referenced}\` makes the server look through all ${bytesText(sizeBytes)} of \`${table}\` (foreign key \`${constraint}\`): no index there begins with ${listText(columns.map((one) => `\`${one}\``))}.`,
      sure: 'likely',
      relation: table,
      // What the trigger does is not in the plan; where the plan is cheap, it is all of it.
      weight: plan.totalCost * BLOCKS_PER_COST < sizeBytes ? 95 : 70,
    }));
}

/** A page read in order costs 1: so much of a table does a plan of that cost read at most. */
const BLOCKS_PER_COST = 8192;
