/** One thing that is measured; `measure` does it once. */
export type Contender<M> = { name: string; measure(): Promise<M> };

/**
 * Measures each contender once in every round, so that a slow minute of the machine hits all of them alike. Every second round
 * goes backwards: nobody always follows the same neighbour. `warmups` rounds come first and count for nothing. The answer has
 * each contender's measures by its name.
 */
export async function roundRobin<M>(
  contenders: readonly Contender<M>[],
  { rounds, warmups }: { rounds: number; warmups: number },
): Promise<ReadonlyMap<string, readonly M[]>> {
  const measured = new Map<string, M[]>(contenders.map(({ name }) => [name, []]));
  if (measured.size !== contenders.length) throw new Error('two contenders have the same name');
  for (let round = -warmups; round < rounds; round += 1) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const { name, measure } of order) {
      const result = await measure();
      if (round >= 0) measured.get(name)?.push(result);
    }
  }
  return measured;
}

/** What was measured of one contender. Throws when nobody has that name. */
export function measuresOf<M>(measured: ReadonlyMap<string, readonly M[]>, name: string): readonly M[] {
  const found = measured.get(name);
  if (!found) throw new Error(`nothing was measured under the name ${name}`);
  return found;
}
