import { DurableExecutionAlreadyStartedException, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Fault } from '../core/errors.ts';
import { runName, type RunRequest } from '../core/run.ts';
import type { WakeRun } from './wake-run.ts';

/** What starts runs. The same trigger again is the same run. */
export type StartRuns = {
  /** Starts a run named after its trigger; returns its id. Fault `throttled` when it could not be started now. */
  start(request: Omit<RunRequest, 'runId'>, claimKey: string): Promise<string>;
  /** Starts a run under the name that it was promised with. */
  startNamed(request: RunRequest): Promise<void>;
};

/** What starts runs and wakes those that wait for a person. */
export type Runs = StartRuns & { wake: WakeRun };

/** Runs as Lambda durable executions of `<prefix>run`, through its durable alias. */
export function createStarts(functionPrefix: string, region: string | undefined): StartRuns {
  const client = new LambdaClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 2,
    // requestTimeout counts the wait for a free socket too; whoever cannot wait that long stops waiting by itself.
    requestHandler: { connectionTimeout: 1000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  const startNamed = (request: RunRequest) => invoke(client, `${functionPrefix}run`, request);
  return {
    startNamed,
    async start(request, claimKey) {
      const runId = runName(request.operation, claimKey);
      await startNamed({ ...request, runId });
      return runId;
    },
  };
}

async function invoke(client: LambdaClient, functionName: string, request: RunRequest): Promise<void> {
  try {
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        Qualifier: 'durable',
        InvocationType: 'Event',
        DurableExecutionName: request.runId,
        Payload: JSON.stringify(request),
      }),
    );
  } catch (thrown) {
    if (thrown instanceof DurableExecutionAlreadyStartedException) {
      throw new Fault('conflict', `run ${request.runId} exists with other facts`, { cause: thrown });
    }
    throw new Fault('throttled', 'the run could not be started now', { cause: thrown });
  }
}
