import { countText } from '../../checks/wording.ts';
import { sortColumn } from './conditions.ts';
import { indexesOn, scansOf, tableOf, type Evidence, type Scan, type Weighed } from './evidence.ts';
import { nodesOf, type PlanNode } from './plan.ts';

/** Fewer are sorted in memory before anybody notices. */
const MANY_ROWS = 10_000;
const OFTEN_READ = 10;

/** What comes out of these is no row of a table any more, so no index has it in order. */
const MAKES_ROWS = /^(?:Aggregate|Group|WindowAgg|Unique|SetOp|CTE Scan|Subquery Scan|Recursive Union)$/;

/** A sort of many rows of one table below a LIMIT. */
export type LimitedSort = { sort: PlanNode; scan: Scan; columns: { column: string; descending: boolean }[] };

export function limitedSorts(evidence: Evidence): LimitedSort[] {
  const limits = nodesOf(evidence.plan.root).filter(({ type }) => type === 'Limit');
  const sorts = new Set(limits.flatMap((limit) => nodesOf(limit)).filter(({ type }) => type === 'Sort'));
  return [...sorts].flatMap((sort) => {
    const keys = sort.sortKeys.map(sortColumn);
    const nodes = nodesOf(sort);
    if (nodes.some(({ type }) => MAKES_ROWS.test(type))) return [];
    const below = scansOf(evidence).filter(({ node }) => nodes.includes(node));
    const scan = below.find(({ node }) => node.alias === keys[0]?.alias);
    const columns = keys.filter((key) => key !== undefined);
    if (!scan || columns.length !== sort.sortKeys.length || columns.some(({ alias }) => alias !== scan.node.alias))
      return [];
    return [{ sort, scan, columns }];
  });
}

/** Pure: what about order and LIMIT makes it slow. */
export function sortReasons(evidence: Evidence): Weighed[] {
  return [...limitedSorts(evidence).flatMap((one) => sortReason(evidence, one)), ...offsetReasons(evidence)];
}

function sortReason({ plan }: Evidence, { sort, scan, columns }: LimitedSort): Weighed[] {
  const rows = Math.max(0, ...sort.children.map((child) => child.rows));
  const [first] = columns;
  const equal = scan.conditions.some(({ kind }) => kind === 'equal');
  if (rows < MANY_ROWS || !first || (!equal && indexesOn(scan.table, first.column).length > 0)) return [];
  const share = plan.totalCost > 0 ? (sort.ownCost + scan.node.ownCost) / plan.totalCost : 0;
  const by = columns.map(({ column }) => `\`${column}\``).join(', ');
  return [
    {
      kind: 'sort-without-index',
      sentence: `It sorts about ${countText(Math.round(rows), 'row')} of \`${scan.table.name}\` by ${by} for the few that LIMIT lets through: no index has them in that order.`,
      sure: 'likely',
      relation: scan.table.name,
      weight: 50 + 30 * Math.min(1, share),
    },
  ];
}

/** Rows before OFFSET are read like all others, and thrown away. */
function offsetReasons({ text, plan, tables, counted }: Evidence): Weighed[] {
  if (!/\boffset \?/.test(text) || !nodesOf(plan.root).some(({ type }) => type === 'Limit')) return [];
  const blocks = counted.hitBlocksPerCall + counted.readBlocksPerCall;
  const rows = Math.max(1, counted.rowsPerCall);
  const isDeep = blocks >= rows * OFTEN_READ;
  const relation = nodesOf(plan.root).flatMap((node) => tableOf(tables, node) ?? [])[0]?.name ?? null;
  const read = `a call reads ${countText(Math.round(blocks), 'page')} and gives ${countText(Math.round(counted.rowsPerCall), 'row')}`;
  return [
    {
      kind: 'deep-offset',
      sentence: isDeep
        ? `It skips rows by OFFSET, and whatever is skipped is read first: on average ${read}.`
        : `It skips rows by OFFSET: page by page it reads more; on average ${read}.`,
      sure: isDeep ? 'likely' : 'guess',
      relation,
      weight: isDeep ? 58 : 15,
    },
  ];
}
