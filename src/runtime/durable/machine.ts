import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../clock.ts';
import { ASYNC_RETRY_DELAYS_MS, asyncEvents } from './async-events.ts';
import { chainedInvokes } from './chained-invoke.ts';
import { durableClient } from './checkpoint.ts';
import { createDriver } from './driver.ts';
import type { Engine } from './engine.ts';
import type { DurableOptions } from './open.ts';
import { plainCalls } from './plain-calls.ts';
import { openStore } from './store.ts';
import { createTimers } from './timers.ts';

/** Puts the parts of the backend together on one data file. */
export function startMachine({ path, functions, clock = systemClock, onChange, asyncRetryDelaysMs }: DurableOptions) {
  const store = openStore(path);
  const listeners = new Set<() => void>();
  let launching = 0;
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
    launch(arn, operationId) {
      // Counted from here on: an invocation may end, and somebody look whether all is idle, before the next turn.
      launching += 1;
      setImmediate(() => {
        launching -= 1;
        void chained.launch(arn, operationId);
      });
    },
  };
  const client = durableClient(engine);
  const driver = createDriver(engine, client);
  const chained = chainedInvokes(engine);
  const events = asyncEvents(engine, asyncRetryDelaysMs ?? ASYNC_RETRY_DELAYS_MS);
  const calls = plainCalls(engine);
  const timers = createTimers(engine, events);
  const inFlight = (): number => launching + driver.count() + chained.count() + events.count() + calls.count();
  const until = (condition: () => boolean): Promise<void> => conditionMet(listeners, condition);
  async function close(graceMs = 2000): Promise<void> {
    if (phase !== 'open') return;
    phase = 'closing';
    timers.stop();
    const ended = until(() => inFlight() === 0);
    await inTime(ended, graceMs);
    phase = 'closed';
    store.close();
  }
  return { engine, client, events, calls, inFlight, until, recover: () => recover(engine, timers.tick), close };
}

/** Goes on with everything that an earlier process left. */
function recover({ store, launch, wake }: Engine, passTime: () => void): void {
  for (const { arn, operation } of store.operations.openChainedInvokes()) launch(arn, operation.Id);
  for (const arn of store.executions.unfinished()) wake(arn);
  passTime();
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
