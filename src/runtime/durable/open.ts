import type { DurableExecutionClient, ErrorObject } from '@aws/durable-execution-sdk-js';
import type { Clock } from '../clock.ts';
import type { Functions } from '../functions.ts';
import type { ScheduleMemory } from '../scheduler.ts';
import { callbacks, type Callbacks } from './callbacks.ts';
import { finishExecution, startExecution, type StartRequest } from './executions.ts';
import { isIdle } from './idle.ts';
import { startMachine } from './machine.ts';
import type { Execution, HistoryEvent, Operation } from './model.ts';
import { serviceError } from './service-error.ts';

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
  const { engine, client, events, calls, ...machine } = startMachine(options);
  const { executions, operations, history, schedules } = engine.store;
  const find = (arn: string): Execution => found(executions.find(arn));
  return {
    client,
    start: (request) => startExecution(engine, request),
    execution: find,
    executions: executions.list,
    operations: operations.list,
    history: (arn) => history.list(find(arn).arn),
    stop: (arn, error = {}) => finishExecution(engine, find(arn).arn, { status: 'STOPPED', error }),
    async finished(arn) {
      await machine.until(() => find(arn).status !== 'RUNNING');
      return find(arn);
    },
    callbacks: callbacks(engine),
    call: calls.call,
    enqueue: events.enqueue,
    buried: events.buried,
    schedules,
    recover: machine.recover,
    idle: () => machine.until(() => engine.phase() !== 'open' || isIdle(engine.store, machine.inFlight())),
    close: machine.close,
  };
}

function found(execution: Execution | undefined): Execution {
  if (execution === undefined) throw serviceError('ResourceNotFoundException', 'no such durable execution');
  return execution;
}
