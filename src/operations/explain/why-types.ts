/** How sure we are: `proved` was measured or planned by the server itself, `likely` follows from its numbers, `guess` is worth a look. */
export const sureties = ['proved', 'likely', 'guess'] as const;
export type Sure = (typeof sureties)[number];

/** What makes a statement slow. The first of a list explains most. */
export const reasonKinds = [
  'missing-index', // a filter, a join or a sort reads far more than it needs
  'missing-foreign-key-index', // rows of a referencing table are looked for one after the other
  'invalid-index', // an index that nobody can use, left behind by a build that failed
  'function-on-column', // the index is on the column, the condition on what a function makes of it
  'cast-on-column', // the column is compared as another type than it has
  'pattern-without-opclass', // LIKE 'abc%' in a collation whose order the index cannot use
  'stale-statistics', // the planner counts with a table that has changed since
  'dead-rows', // much of what is read was deleted long ago
  'work-memory', // sorts and hashes go through files
  'generic-plan', // one plan for values that need different ones
  'skew', // a few values are most of the table
  'deep-offset', // rows are read to be thrown away
  'sort-without-index', // all is sorted for the few rows that are wanted
  'unused-index', // an index could serve, and the planner passes it over
  'disk-reads', // most of what is read is not in the cache
  'returns-much', // it reads much because it returns or changes much
  'called-often', // each call is quick: there are many
] as const;
export type ReasonKind = (typeof reasonKinds)[number];

/** One reason, as a full sentence with number and unit. */
export type Reason = {
  kind: ReasonKind;
  sentence: string;
  sure: Sure;
  /** `public.orders`; null where it is about no single table. */
  relation: string | null;
};

export const adviceKinds = ['index', 'analyze', 'vacuum', 'memory', 'plan-mode', 'drop-invalid', 'rewrite'] as const;
export type AdviceKind = (typeof adviceKinds)[number];

/** What a person can do. Nothing of it is done by us. */
export type Advice = {
  kind: AdviceKind;
  /** What it brings, with numbers: "An index on orders (customer_id) brings the cost from 18,334 to 8". */
  sentence: string;
  sure: Sure;
  /** To be copied as it is; empty where it is no SQL. */
  sql: readonly string[];
  /** What it locks, costs, and how to undo it: a sentence each. */
  notes: readonly string[];
};

/** The plan of a statement, without a value of anybody. */
export type PlanSummary = {
  /** At most 12 lines of at most 60 characters; the node that costs most is marked with `▶`. */
  lines: readonly string[];
  /** 12 hex digits of the plan's shape, without costs and row counts: another hash is another plan. */
  hash: string;
  /** In the planner's units. */
  totalCost: number;
  /** What the planner expects of one call. */
  rows: number;
};

/** Why a statement is slow, as far as the server tells. Plain JSON. */
export type Why = {
  /** The hash of its shape: 14 hex digits. As it was asked where nothing was found. */
  id: string;
  /** Its shape, with `?` for values; empty where nothing was found. */
  text: string;
  /** The database that it ran in; null where nothing was found. */
  database: string | null;
  /** Of all its calls since statistics were reset; null where nothing was found. */
  counted: {
    calls: number;
    totalMs: number;
    meanMs: number;
    rowsPerCall: number;
    readBlocksPerCall: number;
    hitBlocksPerCall: number;
    temporaryBlocksPerCall: number;
  } | null;
  plan: PlanSummary | null;
  /** Why there is no plan, and what would help; null where there is one. */
  noPlan: { reason: string; fix: string | null } | null;
  /** What explains most comes first. */
  reasons: readonly Reason[];
  /** At most three. */
  advice: readonly Advice[];
  /** What could not be looked at besides the plan. */
  notes: readonly string[];
  /** Several statements whose id begins as asked; then the rest is empty. */
  matches: readonly { id: string; text: string }[];
};
