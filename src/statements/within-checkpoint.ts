import type { StatementComparison } from '../core/statement.ts';

/** A checkpoint holds 256 KB. */
const MOST_BYTES = 200_000;
/** Who asks about a member sees at least these. */
const LEAST_LINES = 3;

/**
 * Pure: comparisons as they fit into a checkpoint. The first one is what is told of; of the others, which are many in a cluster
 * of Redis, only the lines are shown, and fewer of them where there is no room for all.
 */
export function withinCheckpoint(all: readonly StatementComparison[]): StatementComparison[] {
  if (bytesOf(all) <= MOST_BYTES) return [...all];
  const short = all.map((one, n) => (n === 0 ? one : { ...one, moved: [], course: [] }));
  for (let most = longest(short); most > LEAST_LINES; most--) {
    const shorter = short.map((one) => ({ ...one, lines: one.lines.slice(0, most) }));
    if (bytesOf(shorter) <= MOST_BYTES) return shorter;
  }
  return short.map((one) => ({ ...one, lines: one.lines.slice(0, LEAST_LINES) }));
}

function longest(all: readonly StatementComparison[]): number {
  return Math.max(0, ...all.map(({ lines }) => lines.length));
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
