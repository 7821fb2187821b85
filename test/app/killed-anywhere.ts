import { describe, expect, it } from 'vitest';
import { killedRun, type Death, type Left } from './killed-runs.ts';
import { actingSteps, type ActingStep } from './probe-operation.ts';

/**
 * Kills the run of each acting step of the catalogue at its first touch of anything, at its second, and so on to its last. `every`: only at
 * every so manieth, each step beginning at another one, so that together they are killed everywhere.
 */
export function killsEachStep(moments: readonly Death['moment'][], every = 1): void {
  describe.each(actingSteps.map((step, index) => ({ ...step, first: (index % every) + 1 })))('$name', (step) => {
    it.each(moments)(
      'killed anywhere, %s what it did there, ends with nothing done twice, nothing held and one message',
      { timeout: 600_000 },
      async (moment) => {
        const all = await everyDeath(step, moment, step.first, every);
        for (const left of all) expectRightEnd(left);
        // Else it would say nothing.
        expect(all.length).toBeGreaterThan(20 / every);
        expect(all.at(-1)).toMatchObject({ diedAt: undefined, strikes: 1 });
      },
    );
  });
}

async function everyDeath(step: ActingStep, moment: Death['moment'], first: number, every: number): Promise<Left[]> {
  const all: Left[] = [];
  for (let nth = first; ; nth += every) {
    // oxlint-disable-next-line no-await-in-loop -- one process after the other
    const left = await killedRun(step, { nth, moment });
    all.push(left);
    if (left.diedAt === undefined) return all;
  }
}

function expectRightEnd({ diedAt, strikes, outcome, messages, openSteps, lockedBy }: Left): void {
  const said = 'done' in outcome ? outcome.done.headline : JSON.stringify(outcome);
  const why = `killed ${diedAt}: ${said}`;
  expect(strikes, why).toBeLessThanOrEqual(1);
  // Whatever else it says, it says that nothing was done.
  if (strikes === 0) expect(said, why).toMatch(/not-done|nothing was done/);
  else expect(said, why).toBe('switched');
  expect({ openSteps, lockedBy }, why).toEqual({ openSteps: 0, lockedBy: undefined });
  expect(messages, why).toEqual([{ text: `over: ${JSON.stringify(outcome)}` }]);
}
