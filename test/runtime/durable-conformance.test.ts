import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open, dataFile, functionsOf } from './durable/fixture.ts';
import type { Played } from './durable/operation-tree.ts';
import { play, type Stage } from './durable/play.ts';
import { playReference, withReference } from './durable/reference.ts';
import { scenarios } from './durable/scenarios.ts';
import type { Scenario } from './durable/scenarios/scenario.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

const reference = new Map<string, Played>();

/** The testing SDK replaces the process's timers while it runs, so all of it comes first. */
beforeAll(async () => {
  await withReference(async () => {
    for (const scenario of scenarios) reference.set(scenario.name, await playReference(scenario));
  });
}, 60_000);
afterAll(() => reference.clear());

describe('the operation tree is the one of the testing SDK of AWS', () => {
  test('every scenario was played there, and each has a name of its own', () => {
    expect(reference.size).toBe(scenarios.length);
  });

  test.for(scenarios)('$name', async (scenario) => {
    const expected = reference.get(scenario.name);
    expect(expected?.tree).not.toEqual([]);
    expect(await play(scenario, stage(scenario, dataFile(), virtualClock('2026-03-01T02:00:00Z')))).toEqual(expected);
  });
});

/** The backend is closed and another one goes on from the same file before every answer. */
function stage(scenario: Scenario, path: string, clock: VirtualClock): Stage {
  const backend = open(functionsOf(scenario), { path, clock });
  const { callbacks } = backend.durable;
  return {
    ...backend,
    clock,
    start: async () => backend.durable.start({ functionName: 'scenario', payload: '{}' }),
    async give(callbackId, answer) {
      if ('succeed' in answer) callbacks.succeed(callbackId, answer.succeed);
      else if ('fail' in answer) callbacks.fail(callbackId, answer.fail);
      else callbacks.heartbeat(callbackId);
    },
    async intermission() {
      await backend.durable.close(0);
      return stage(scenario, path, clock);
    },
  };
}
