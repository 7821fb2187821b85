import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { functionArn, type FunctionDefinition, type LambdaContext } from './functions.ts';

/** What went wrong in a handler, as Lambda puts it into the answer of Invoke. */
export type InvocationError = { errorType: string; errorMessage: string; trace: string[] };

/** One invocation of a handler under its timeout. Rejects with what the handler threw, or as Lambda does when time is up. */
export async function callHandler(definition: FunctionDefinition, event: unknown, clock: Clock): Promise<unknown> {
  const requestId = randomUUID();
  const deadlineMs = clock.now() + definition.timeoutSeconds * 1000;
  const context = lambdaContext(definition.name, requestId, () => Math.max(0, deadlineMs - clock.now()));
  let cancel = (): void => undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    cancel = clock.at(deadlineMs, () => reject(timedOut(requestId, definition.timeoutSeconds)));
  });
  try {
    return await Promise.race([definition.handler(event, context), timeUp]);
  } finally {
    cancel();
  }
}

/** One invocation of a plain function: JSON text in, JSON text out, the same serialisation as between Lambda functions. */
export async function callWithJson(definition: FunctionDefinition, payload: string, clock: Clock): Promise<string> {
  const event: unknown = JSON.parse(payload === '' ? '{}' : payload);
  const result: unknown = await callHandler(definition, event, clock);
  return JSON.stringify(result) ?? 'null';
}

/** The error object of a failed invocation. */
export function invocationError(thrown: unknown): InvocationError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

function timedOut(requestId: string, timeoutSeconds: number): Error {
  const error = new Error(`RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
  error.name = 'Sandbox.Timedout';
  return error;
}

function lambdaContext(name: string, requestId: string, remainingMs: () => number): LambdaContext {
  return {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(name),
    memoryLimitInMB: '512',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: requestId,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
