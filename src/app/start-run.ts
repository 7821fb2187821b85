import {
  CallbackTimeoutException,
  DurableExecutionAlreadyStartedException,
  InvokeCommand,
  LambdaClient,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import { Fault } from '../core/errors.ts';
import { runName, type RunRequest } from '../core/run.ts';

/** What starts runs and wakes those that wait for a person. */
export type Runs = {
  /** Starts a run named after its trigger; the same trigger again is the same run. Returns its id. */
  start(request: Omit<RunRequest, 'runId'>, claimKey: string): Promise<string>;
  /** Wakes a waiting run. A run that no longer waits is not an error: it reads the state table by itself. */
  wake(callbackId: string): Promise<void>;
};

/** Runs as Lambda durable executions of `<prefix>run`, through its durable alias. */
export function createRuns(functionPrefix: string, region: string | undefined): Runs {
  const client = new LambdaClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 2,
    // The acknowledgement must leave within Slack's 3 s.
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000 },
  });
  return {
    async start(request, claimKey) {
      const runId = runName(request.operation, claimKey);
      await invoke(client, `${functionPrefix}run`, { ...request, runId });
      return runId;
    },
    async wake(callbackId) {
      try {
        await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId: callbackId, Result: '"look"' }));
      } catch (thrown) {
        if (!(thrown instanceof CallbackTimeoutException)) throw thrown;
      }
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
