import { Fault } from '../../core/errors.ts';

/** A node of a plan as the server writes it. https://www.postgresql.org/docs/current/sql-explain.html */
export type PlanNode = {
  type: string;
  /** Of joins (`Inner`, `Left`), aggregates (`Hashed`), writes (`Update`). */
  mode: string;
  schema: string | null;
  relation: string | null;
  alias: string | null;
  index: string | null;
  totalCost: number;
  rows: number;
  /** Conditions and keys by name: `Filter`, `Index Cond`, `Hash Cond`, `Sort Key`, … with values as the server wrote them. */
  conditions: Readonly<Record<string, string>>;
  sortKeys: readonly string[];
  groupKeys: readonly string[];
  children: readonly PlanNode[];
  /** What it adds to the cost of the whole, by itself; in the planner's units. */
  ownCost: number;
};

export type Plan = { root: PlanNode; totalCost: number };

const CONDITIONS = [
  'Filter',
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'One-Time Filter',
  'TID Cond',
  'Order By',
];

type Raw = { readonly [key: string]: unknown };

/** Reads what EXPLAIN (FORMAT JSON) answered. Throws `unsupported` where it is no plan. */
export function readPlan(answer: unknown): Plan {
  const list: unknown = typeof answer === 'string' ? JSON.parse(answer) : answer;
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  const raw = isRaw(first) ? first['Plan'] : undefined;
  if (!isRaw(raw)) throw new Fault('unsupported', 'the server answered EXPLAIN with something that is no plan');
  const totalCost = numberOf(raw, 'Total Cost');
  return { root: nodeOf(raw, totalCost, 1), totalCost };
}

/** Every node, parents before their children. */
export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

/**
 * `most` is what the parent can have paid for all of it: a Limit stops its child early, and what stands on the inner side of a
 * nested loop is paid once a row of the outer side.
 */
function nodeOf(raw: Raw, most: number, times: number): PlanNode {
  const whole = Math.min(numberOf(raw, 'Total Cost') * times, most);
  const plans = (Array.isArray(raw['Plans']) ? raw['Plans'] : []).filter(isRaw);
  const outerRows = Math.max(1, numberOf(plans[0] ?? {}, 'Plan Rows'));
  const loops = textOf(raw, 'Node Type') === 'Nested Loop' ? outerRows : 1;
  let left = whole;
  const children = plans.map((plan) => {
    const isInner = textOf(plan, 'Parent Relationship') === 'Inner';
    const child = nodeOf(plan, left, times * (isInner ? loops : 1));
    left = Math.max(0, left - wholeCost(child));
    return child;
  });
  return {
    type: textOf(raw, 'Node Type') ?? 'Unknown',
    mode: ['Join Type', 'Strategy', 'Operation', 'Partial Mode']
      .map((key) => textOf(raw, key) ?? '')
      .join(' ')
      .trim(),
    schema: textOf(raw, 'Schema'),
    relation: textOf(raw, 'Relation Name'),
    alias: textOf(raw, 'Alias'),
    index: textOf(raw, 'Index Name'),
    totalCost: numberOf(raw, 'Total Cost'),
    rows: numberOf(raw, 'Plan Rows'),
    conditions: Object.fromEntries(CONDITIONS.flatMap((key) => entryOf(raw, key))),
    sortKeys: textsOf(raw, 'Sort Key'),
    groupKeys: textsOf(raw, 'Group Key'),
    children,
    ownCost: left,
  };
}

function wholeCost(node: PlanNode): number {
  return node.ownCost + node.children.reduce((sum, child) => sum + wholeCost(child), 0);
}

function entryOf(raw: Raw, key: string): [string, string][] {
  const text = textOf(raw, key);
  return text === null ? [] : [[key, text]];
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(raw: Raw, key: string): number {
  const value = raw[key];
  return typeof value === 'number' ? value : 0;
}

function textOf(raw: Raw, key: string): string | null {
  const value = raw[key];
  return typeof value === 'string' ? value : null;
}

function textsOf(raw: Raw, key: string): string[] {
  const value = raw[key];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
