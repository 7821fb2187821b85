import { setTimeout as delay } from 'node:timers/promises';
import type { DurableExecutionClient, ErrorObject } from '@aws/durable-execution-sdk-js';
import { systemClock, type Clock } from '../clock.ts';
import type { Functions } from '../functions.ts';
import { ASYNC_RETRY_DELAYS_MS, asyncEvents } from './async-events.ts';
import { callbacks, type Callbacks } from './callbacks.ts';
import { chainedInvokes } from './chained-invoke.ts';
import { durableClient } from './checkpoint.ts';
import { createDriver } from './driver.ts';
import type { Engine } from './engine.ts';
import { finishExecution, startExecution, type StartRequest } from './executions.ts';
import { isIdle } from './idle.ts';
import type { Execution, HistoryEvent, Operation } from './model.ts';
import { plainCalls } from './plain-calls.ts';
import type { ScheduleMemory } from '../scheduler.ts';
import { serviceError } from './service-error.ts';
import { openStore } from './store.ts';
import { createTimers } from './timers.ts';

export type DurableOptions = {
  /** The data file; made when missing. */
  path: string;
  functions: Functions;
  clock?: Clock;
  /** Called after every change, with the execution's ARN where there is one. */
  onChange?: (arn?: string) => void;
  /** Pauses before the second and third attempt of an asynchronous event. */
  asyncRetryDelaysMs?: readonly number[];
};

/** The durable execution service of Lambda, in this process, on one SQLite file. */
export type Durable = {
  /** The transport that the SDK speaks. */
  client: DurableExecutionClient;
  /** Starts an execution, or finds it by its name; gives its ARN. */
  start(request: StartRequest): string;
  execution(arn: string): Execution;
  executions(functionName?: string): Execution[];
  operations(arn: string): Operation[];
  history(arn: string): HistoryEvent[];
  stop(arn: string, error?: ErrorObject): void;
  /** Waits until the execution has ended. */
  finished(arn: string): Promise<Execution>;
  callbacks: Callbacks;
  /** Calls a plain function, JSON text in and out; rejects with what the handler threw. */
  call(functionName: string, payload: string): Promise<string>;
  /** Accepts an asynchronous event (JSON text) for a plain function. */
  enqueue(functionName: string, payload: string): void;
  /** Asynchronous events that every attempt failed on. */
  buried(): { functionName: string; payload: string; failure: string }[];
  schedules: ScheduleMemory;
  /** Goes on with everything that an earlier process left; call it once, when all functions can be called. */
  recover(): void;
  /** Resolves when no work is in flight; executions that wait for a callback do not count. */
  idle(): Promise<void>;
  /** Lets running invocations end for up to `graceMs`, then gives the file up; what was cut off goes on at the next recovery. */
  close(graceMs?: number): Promise<void>;
};

/** Opens the backend. Throws a `conflict` fault when another process owns the file. Nothing runs before `recover` or a start. */
export function openDurable(options: DurableOptions): Durable {
  const { functions, clock = systemClock, onChange } = options;
  const store = openStore(options.path);
  const listeners = new Set<() => void>();
  let phase: 'open' | 'closing' | 'closed' = 'open';
  const engine: Engine = {
    store,
    clock,
    functions,
    phase: () => phase,
    changed(arn) {
      for (const listener of listeners) listener();
      onChange?.(arn);
    },
    wake: (arn) => void setImmediate(() => void driver.drive(arn)),
    arm: () => timers.arm(),
    launch: (arn, operationId) => void setImmediate(() => void chained.launch(arn, operationId)),
  };
  const client = durableClient(engine);
  const driver = createDriver(engine, client);
  const chained = chainedInvokes(engine);
  const events = asyncEvents(engine, options.asyncRetryDelaysMs ?? ASYNC_RETRY_DELAYS_MS);
  const calls = plainCalls(engine);
  const timers = createTimers(engine, events);
  const inFlight = (): number => driver.count() + chained.count() + events.count() + calls.count();
  const until = (condition: () => boolean): Promise<void> => conditionMet(listeners, condition);
  const find = (arn: string): Execution => found(store.executions.find(arn));
  return {
    client,
    start: (request) => startExecution(engine, request),
    execution: find,
    executions: store.executions.list,
    operations: store.operations.list,
    history: (arn) => store.history.list(find(arn).arn),
    stop: (arn, error = {}) => finishExecution(engine, find(arn).arn, { status: 'STOPPED', error }),
    async finished(arn) {
      await until(() => find(arn).status !== 'RUNNING');
      return find(arn);
    },
    callbacks: callbacks(engine),
    call: calls.call,
    enqueue: events.enqueue,
    buried: events.buried,
    schedules: store.schedules,
    recover() {
      for (const { arn, operation } of store.operations.openChainedInvokes()) engine.launch(arn, operation.Id);
      for (const arn of store.executions.unfinished()) engine.wake(arn);
      timers.tick();
    },
    idle: () => until(() => phase !== 'open' || isIdle(store, inFlight())),
    async close(graceMs = 2000) {
      if (phase !== 'open') return;
      phase = 'closing';
      timers.stop();
      await inTime(
        until(() => inFlight() === 0),
        graceMs,
      );
      phase = 'closed';
      store.close();
    },
  };
}

function found(execution: Execution | undefined): Execution {
  if (execution === undefined) throw serviceError('ResourceNotFoundException', 'no such durable execution');
  return execution;
}

/** Looks now and after every change. */
function conditionMet(listeners: Set<() => void>, condition: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    function look(): void {
      try {
        if (!condition()) return;
        resolve();
      } catch (thrown) {
        reject(thrown);
      }
      listeners.delete(look);
    }
    listeners.add(look);
    look();
  });
}

/** Waits for the work, but no longer than `limitMs`. */
async function inTime(work: Promise<void>, limitMs: number): Promise<void> {
  const stop = new AbortController();
  await Promise.race([work, delay(limitMs, undefined, { signal: stop.signal }).catch(() => undefined)]);
  stop.abort();
}
