import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFile } from './durable/fixture.ts';
import { here } from './durable/here.ts';
import type { Played } from './durable/operation-tree.ts';
import { play } from './durable/play.ts';
import { playReference, inSkippedTime } from './durable/reference.ts';
import { scenarios } from './durable/scenarios.ts';
import { givesUp } from './durable/scenarios/waits.ts';
import { virtualClock } from './virtual-clock.ts';

const reference = new Map<string, Played>();
let refused = '';

/** The testing SDK replaces the process's timers while it runs, so all of it comes first. */
beforeAll(async () => {
  await inSkippedTime(async () => {
    for (const scenario of scenarios) reference.set(scenario.name, await playReference(scenario));
    await playReference(givesUp).catch((thrown: unknown) => (refused = String(thrown)));
  });
});
afterAll(() => reference.clear());

describe('the operation tree is the one of the testing SDK of AWS', () => {
  test('every scenario was played there, and each has a name of its own', () => {
    expect(reference.size).toBe(scenarios.length);
  });

  test.for(scenarios)('$name', async (scenario) => {
    const expected = reference.get(scenario.name);
    expect(expected?.tree).not.toEqual([]);
    expect(await play(scenario, here(scenario, dataFile(), virtualClock('2026-03-01T02:00:00Z')))).toEqual(expected);
  });
});

test('a condition gives up between invocations; within one, the SDK itself breaks the execution', async () => {
  const { status, result } = await play(givesUp, here(givesUp, dataFile(), virtualClock('2026-03-01T02:00:00Z')));
  expect({ status, result }).toEqual({ status: 'SUCCEEDED', result: expect.stringContaining('maximum attempts (3)') });
  expect(refused).toContain('Invalid current STEP state to close.');
});
