import type { Clock } from '../clock.ts';
import type { Functions } from '../functions.ts';
import { eventOfChange } from './history.ts';
import type { Operation } from './model.ts';
import type { Store } from './store.ts';

/** What the parts of the backend share. */
export type Engine = {
  store: Store;
  clock: Clock;
  functions: Functions;
  /** Closing: what runs may end, nothing new begins. Closed: the file is gone. */
  phase(): 'open' | 'closing' | 'closed';
  /** Something about this execution, or about the event queue, is different now. */
  changed(arn?: string): void;
  /** Runs an invocation of the execution as soon as none is running. */
  wake(arn: string): void;
  /** Sets the timer to the next thing that is due. */
  arm(): void;
  /** Carries out a chained invoke that is STARTED, and once only while it is in flight. */
  launch(arn: string, operationId: string): void;
};

/** Stores a change that came from outside the invocation and makes sure that an invocation sees it. Inside a transaction. */
export function storeChange(engine: Engine, arn: string, operation: Operation): void {
  const { store, clock } = engine;
  store.operations.put(arn, operation);
  store.executions.touch(arn);
  if (operation.Status !== 'READY') store.history.add(arn, eventOfChange(operation, clock.now()));
}
