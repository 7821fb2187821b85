import { iso } from './apply.ts';
import { storeChange, type Engine } from './engine.ts';
import { isFinal, type Ending, type Operation } from './model.ts';

/** Ends a chained invoke that is still open, inside a transaction. */
export function settleChainedInvoke(engine: Engine, arn: string, operationId: string, ending: Ending): void {
  const stored = engine.store.operations.find(arn, operationId);
  if (stored === undefined || isFinal(stored.operation)) return;
  const details = ending.status === 'SUCCEEDED' ? { Result: ending.result } : { Error: ending.error };
  const operation: Operation = {
    ...stored.operation,
    Status: ending.status,
    EndTimestamp: iso(engine.clock.now()),
    ChainedInvokeDetails: details,
  };
  storeChange(engine, arn, operation);
}
