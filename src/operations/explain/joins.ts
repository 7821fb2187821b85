import { conditionsIn } from './conditions.ts';
import { wholeScans, type Evidence, type Scan } from './evidence.ts';
import { nodesOf, type PlanNode } from './plan.ts';

/** A table that is read whole, the column that joins it, and how many rows the other side is expected to ask for. */
export type Join = { scan: Scan; column: string; otherRows: number };

const JOINS = ['Hash Join', 'Nested Loop', 'Merge Join'];

export function joinsOf(evidence: Evidence): Join[] {
  const scans = wholeScans(evidence);
  const joins = nodesOf(evidence.plan.root).filter(({ type }) => JOINS.includes(type));
  return scans.flatMap((scan) => joins.flatMap((join) => joinOf(scan, join)));
}

function joinOf(scan: Scan, join: PlanNode): Join[] {
  const side = join.children.find((child) => nodesOf(child).includes(scan.node));
  const other = join.children.find((child) => child !== side);
  if (!side || !other) return [];
  const said = ['Hash Cond', 'Merge Cond', 'Join Filter'].flatMap((key) => conditionsIn(join.conditions[key]));
  return said
    .filter(({ alias, kind, around }) => alias === scan.node.alias && kind === 'join' && around === null)
    .map(({ column }) => ({ scan, column, otherRows: other.rows }));
}
