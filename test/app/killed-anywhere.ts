import { describe, expect, it } from 'vitest';
import { killedRun, type Death, type Left } from './killed-runs.ts';
import { actingSteps, type ActingStep } from './probe-operation.ts';

/** Kills the run of each acting step of the catalogue at its first touch of anything, at its second, and so on to its last. */
export function killsEachStep(moments: readonly Death['moment'][]): void {
  describe.each(actingSteps)('$name', (step) => {
    it.each(moments)(
      'is killed anywhere, %s what it did there, and ends with nothing done twice, nothing held and one message',
      { timeout: 600_000 },
      async (moment) => {
        const all = await everyDeath(step, moment);
        for (const left of all) expectRightEnd(left);
        // Else it would say nothing.
        expect(all.length).toBeGreaterThan(20);
        expect(all.some(({ strikes }) => strikes === 1)).toBe(true);
      },
    );
  });
}

async function everyDeath(step: ActingStep, moment: Death['moment']): Promise<Left[]> {
  const all: Left[] = [];
  for (let nth = 1; ; nth += 1) {
    const left = await killedRun(step, { nth, moment });
    all.push(left);
    if (left.diedAt === undefined) return all;
  }
}

function expectRightEnd({ diedAt, strikes, outcome, messages, openSteps, lockedBy }: Left): void {
  const said = 'done' in outcome ? outcome.done.headline : JSON.stringify(outcome);
  const why = `killed ${diedAt}: ${said}`;
  expect(strikes, why).toBeLessThanOrEqual(1);
  if (said === 'switched') expect(strikes, why).toBe(1);
  // Whatever else it says, it says that nothing was done.
  else
    expect({ strikes, said }, why).toEqual({
      strikes: 0,
      said: expect.stringMatching(/not-done|nothing was done/) as string,
    });
  expect({ openSteps, lockedBy }, why).toEqual({ openSteps: 0, lockedBy: undefined });
  expect(messages, why).toEqual([{ text: `over: ${JSON.stringify(outcome)}` }]);
}
