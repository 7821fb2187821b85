/** Words of a plan as it is drawn: types of nodes and what is said of them. https://www.postgresql.org/docs/current/using-explain.html */
export const PLAN_WORDS: ReadonlySet<string> = new Set(
  (
    'Aggregate Anti Append Bitmap BitmapAnd BitmapOr CTE Cond Custom Delete Foreign Full Function Gather Group Hash ' +
    'HashAggregate Heap Incremental Index Inner Insert Join Left Limit LockRows Loop Materialize Memoize Merge ' +
    'MixedAggregate ModifyTable Named Nested Only Outer ProjectSet Recursive Result Right Sample Scan Semi Seq SetOp ' +
    'Sort Subquery Table Tid Tuplestore Range Union Unique Update Values WindowAgg WorkTable ' +
    'Backward Parallel SubPlan InitPlan Removed Rows actual Async Key Partial Finalize Simple Sorted Plain Mixed on using ms never executed ' +
    'removed key ' +
    'by cheaper cond filter hash index join k merge bn M recheck row rows sort step steps and'
  ).split(' '),
);
