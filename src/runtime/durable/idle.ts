import type { Store } from './store.ts';
import { isFinal } from './model.ts';

/** True when nothing is in flight and every running execution only waits for somebody outside to answer a callback. */
export function isIdle(store: Store, inFlight: number): boolean {
  if (inFlight > 0 || store.asyncEvents.count() > 0 || store.executions.unfinished().length > 0) return false;
  const running = store.executions.list().filter(({ status }) => status === 'RUNNING');
  return running.every(({ arn }) => {
    const open = store.operations.list(arn).filter((operation) => !isFinal(operation));
    return open.every(
      ({ Type }) => Type === 'EXECUTION' || Type === 'CONTEXT' || Type === 'CALLBACK' || Type === 'CHAINED_INVOKE',
    );
  });
}
