import {
  CallbackTimeoutException,
  LambdaClient,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';

/** Wakes a waiting run. A run that no longer waits is not an error: it reads the state table by itself. */
export type WakeRun = (callbackId: string) => Promise<void>;

/** Wakes through the callback of a Lambda durable execution. */
export function createWake(region: string | undefined): WakeRun {
  const client = new LambdaClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 2,
    // requestTimeout counts the wait for a free socket too; whoever cannot wait that long stops waiting by itself.
    requestHandler: { connectionTimeout: 1000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  return async (callbackId) => {
    try {
      await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId: callbackId, Result: '"look"' }));
    } catch (thrown) {
      if (!(thrown instanceof CallbackTimeoutException)) throw thrown;
    }
  };
}
