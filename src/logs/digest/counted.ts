/** More kinds of a thing than this are counted as one, so that a strange log cannot take the memory. */
const MOST_KINDS = 1_000;
const MOST_SHAPES = 5;
const THE_REST = 'others';

/** How often a thing was seen, how much of it, the most at once, and the statements that caused it (shapes, at most five). */
export type Counted = { name: string; count: number; total: number; max: number; statements: string[] };

/** Counts things by their name; the unit of `amount` is the table's own. */
export type CountedTable = {
  add(name: string, amount: number): Counted;
  /** Adds what another table counted of the same name. */
  addMany(name: string, seen: Pick<Counted, 'count' | 'total' | 'max'>): Counted;
  /** The most frequent first; totals are not rounded, so that tallies add up. */
  tally(): Counted[];
};

export function createCountedTable(): CountedTable {
  const known = new Map<string, Counted>();
  const addMany: CountedTable['addMany'] = (name, { count, total, max }) => {
    const key = known.has(name) || known.size < MOST_KINDS ? name : THE_REST;
    const entry = known.get(key) ?? { name: key, count: 0, total: 0, max: 0, statements: [] };
    known.set(key, entry);
    entry.count += count;
    entry.total += total;
    entry.max = Math.max(entry.max, max);
    return entry;
  };
  return {
    addMany,
    add: (name, amount) => addMany(name, { count: 1, total: amount, max: amount }),
    tally: () => [...known.values()].toSorted((a, b) => b.count - a.count),
  };
}

/** What a reader sees of a table: totals to a thousandth. */
export function countedDigest(tally: readonly Counted[]): Counted[] {
  return tally.map((entry) => ({ ...entry, total: Math.round(entry.total * 1_000) / 1_000 }));
}

export function addStatement(counted: Counted, shape: string): void {
  if (counted.statements.length < MOST_SHAPES && !counted.statements.includes(shape)) counted.statements.push(shape);
}
