import type { VirtualClock } from '../virtual-clock.ts';
import { functionsOf, open } from './fixture.ts';
import type { Stage } from './play.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** Our backend in this process. It is closed and another one goes on from the same file before every answer. */
export function here(scenario: Scenario, path: string, clock: VirtualClock): Stage {
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
      return here(scenario, path, clock);
    },
  };
}
