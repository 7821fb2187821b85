import type { ErrorObject } from '@aws/durable-execution-sdk-js';
import { callbackDueMs, iso } from './apply.ts';
import { storeChange, type Engine } from './engine.ts';
import { PAYLOAD_LIMIT_BYTES } from './limits.ts';
import type { Operation, StoredOperation } from './model.ts';
import { serviceError } from './service-error.ts';

/**
 * What people and systems outside do to a callback. All throw `CallbackTimeoutException` when it is closed already,
 * `InvalidParameterValueException` for what they cannot take (the API reference names both).
 */
export type Callbacks = {
  /** `result` is text, as the SDK's serdes reads it; 1 MB at most. */
  succeed(callbackId: string, result?: string): void;
  fail(callbackId: string, error?: ErrorObject): void;
  /** Starts the heartbeat timeout anew; the callback's own timeout stays. */
  heartbeat(callbackId: string): void;
};

export function callbacks(engine: Engine): Callbacks {
  const { store, clock } = engine;
  function close(
    callbackId: string,
    status: 'SUCCEEDED' | 'FAILED',
    details: { Result?: string | undefined; Error?: ErrorObject },
  ): void {
    const { arn, operation } = openCallback(engine, callbackId);
    const after: Operation = { ...operation, Status: status, EndTimestamp: iso(clock.now()) };
    const CallbackDetails = { CallbackId: callbackId, ...details };
    store.transaction(() => storeChange(engine, arn, { ...after, CallbackDetails }));
    engine.changed(arn);
    engine.wake(arn);
    engine.arm();
  }
  return {
    succeed(callbackId, result) {
      checkSize(result ?? '', 'a callback result');
      close(callbackId, 'SUCCEEDED', { Result: result });
    },
    fail(callbackId, error = {}) {
      checkSize(JSON.stringify(error), 'the error of a callback');
      close(callbackId, 'FAILED', { Error: error });
    },
    heartbeat(callbackId) {
      const { arn, operation, side } = openCallback(engine, callbackId);
      if (side.heartbeatSeconds === undefined) {
        throw serviceError('InvalidParameterValueException', 'this callback has no heartbeat timeout');
      }
      store.operations.put(arn, operation, { ...side, dueMs: callbackDueMs(side, clock.now()) }, 'known');
      engine.arm();
    },
  };
}

function checkSize(text: string, what: string): void {
  if (Buffer.byteLength(text) <= PAYLOAD_LIMIT_BYTES) return;
  throw serviceError('InvalidParameterValueException', `${what} has 1 MB at most`);
}

function openCallback(engine: Engine, callbackId: string): StoredOperation {
  const stored = engine.store.operations.findCallback(callbackId);
  if (stored === undefined) throw serviceError('InvalidParameterValueException', 'no such callback');
  const running = engine.store.executions.find(stored.arn)?.status === 'RUNNING';
  if (running && stored.operation.Status === 'STARTED') return stored;
  throw serviceError(
    'CallbackTimeoutException',
    'the callback is closed: it was answered, it timed out, or its execution ended',
  );
}
