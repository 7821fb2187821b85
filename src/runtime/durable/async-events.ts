import { randomUUID } from 'node:crypto';
import { callWithJson, invocationError } from '../invocation.ts';
import type { AsyncEvent } from './async-event-table.ts';
import type { Engine } from './engine.ts';
import { serviceError } from './service-error.ts';

/** Lambda tries an asynchronous event three times, after one and two minutes; the laptop does not wait that long. */
export const ASYNC_RETRY_DELAYS_MS: readonly number[] = [1000, 2000];

/** Lambda's asynchronous invocation of plain functions; an accepted event survives the process. */
export function asyncEvents(engine: Engine, retryDelaysMs: readonly number[]) {
  const { store, clock } = engine;
  const inFlight = new Set<string>();
  async function attempt(event: AsyncEvent): Promise<void> {
    inFlight.add(event.id);
    const failure = await deliver(engine, event);
    inFlight.delete(event.id);
    if (engine.phase() === 'closed') return;
    const delayMs = retryDelaysMs[event.attempt];
    if (failure === undefined) store.asyncEvents.remove(event.id);
    else if (delayMs === undefined) store.asyncEvents.bury(event.id, failure);
    else store.asyncEvents.put({ ...event, attempt: event.attempt + 1, dueMs: clock.now() + delayMs });
    engine.changed();
    engine.arm();
  }
  return {
    /** Accepts JSON text for a plain function. */
    enqueue(functionName: string, payload: string): void {
      if (!engine.functions.has(functionName))
        throw serviceError('ResourceNotFoundException', `Function not found: ${functionName}`);
      store.asyncEvents.put({ id: randomUUID(), functionName, payload, attempt: 0, dueMs: clock.now() });
      engine.changed();
      engine.arm();
    },
    deliver(): void {
      for (const event of store.asyncEvents.due(clock.now())) if (!inFlight.has(event.id)) void attempt(event);
    },
    count: () => inFlight.size,
    nextDueMs: () => store.asyncEvents.nextDueMs([...inFlight]),
    /** Events that every attempt failed on, oldest first, with the last failure. */
    buried: store.asyncEvents.buried,
  };
}

/** Undefined when the handler took it, else why not. */
async function deliver(engine: Engine, event: AsyncEvent): Promise<string | undefined> {
  const definition = engine.functions.get(event.functionName);
  if (definition === undefined) return `Function not found: ${event.functionName}`;
  try {
    await callWithJson(definition, event.payload, engine.clock);
    return undefined;
  } catch (thrown) {
    const { errorType, errorMessage } = invocationError(thrown);
    return `${errorType}: ${errorMessage}`;
  }
}
