import type { Evidence, Weighed } from './evidence.ts';
import { indexReasons } from './reasons-index.ts';
import { sortReasons } from './reasons-sort.ts';
import { tableReasons } from './reasons-table.ts';
import { useReasons } from './reasons-use.ts';
import type { Reason } from './why-types.ts';

const MOST_REASONS = 6;

/** Pure: why a statement is slow, what explains most first; of one kind and table only the first. */
export function reasonsOf(evidence: Evidence, more: readonly Weighed[] = []): Reason[] {
  const all = [
    ...more,
    ...indexReasons(evidence),
    ...sortReasons(evidence),
    ...tableReasons(evidence),
    ...useReasons(evidence),
  ].toSorted((a, b) => b.weight - a.weight);
  const seen = new Map(all.toReversed().map((one) => [`${one.kind} ${one.relation}`, one]));
  return all
    .filter((one) => seen.get(`${one.kind} ${one.relation}`) === one)
    .slice(0, MOST_REASONS)
    .map(withoutWeight);
}

function withoutWeight({ weight: _weight, ...reason }: Weighed): Reason {
  return reason;
}
