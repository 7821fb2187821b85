import { Fault } from '../../core/errors.ts';
import { runName, type RunRequest } from '../../core/run.ts';
import type { Durable } from '../../runtime/durable/open.ts';
import type { Runs } from '../start-run.ts';
import { RUN_FUNCTION } from './functions.ts';

/** Runs as durable executions of this process; once `start` has answered, a run survives it. */
export function runsInProcess(durable: () => Pick<Durable, 'start' | 'callbacks'>): Runs {
  const startNamed = async (request: RunRequest): Promise<void> => {
    try {
      durable().start({ functionName: RUN_FUNCTION, name: request.runId, payload: JSON.stringify(request) });
    } catch (thrown) {
      if (nameOf(thrown) === 'DurableExecutionAlreadyStartedException')
        throw new Fault('conflict', `run ${request.runId} exists with other facts`, { cause: thrown });
      throw new Fault('throttled', 'the run could not be started now', { cause: thrown });
    }
  };
  return {
    startNamed,
    async start(request, claimKey) {
      const runId = runName(request.operation, claimKey);
      await startNamed({ ...request, runId });
      return runId;
    },
    async wake(callbackId) {
      try {
        durable().callbacks.succeed(callbackId, '"look"');
      } catch (thrown) {
        if (nameOf(thrown) !== 'CallbackTimeoutException') throw thrown;
      }
    },
  };
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : '';
}
