import { applyTime } from './apply.ts';
import { storeChange, type Engine } from './engine.ts';
import { finishExecution } from './executions.ts';

/** One timer for everything that is due: waits, retries, callback and execution timeouts, back-offs, retention, queued events. */
export function createTimers(engine: Engine, events: { deliver(): void; nextDueMs(): number | undefined }) {
  let cancel = (): void => undefined;
  function arm(): void {
    cancel();
    if (engine.phase() !== 'open') return;
    const { executions, operations } = engine.store;
    const due = [executions.nextDueMs(), operations.nextDueMs(), events.nextDueMs()].filter((at) => at !== undefined);
    if (due.length > 0) cancel = engine.clock.at(Math.min(...due), tick);
  }
  function tick(): void {
    if (engine.phase() !== 'open') return;
    passTime(engine);
    events.deliver();
    arm();
  }
  return { arm, tick, stop: () => cancel() };
}

/** Lets everything happen whose time has come. */
function passTime(engine: Engine): void {
  const { store, clock } = engine;
  const nowMs = clock.now();
  for (const arn of store.executions.expired(nowMs)) {
    const error = { ErrorType: 'Lambda.DurableExecutionTimedOut', ErrorMessage: 'the execution timeout has passed' };
    finishExecution(engine, arn, { status: 'TIMED_OUT', error });
  }
  for (const arn of fireOperations(engine, nowMs)) engine.wake(arn);
  for (const arn of store.executions.endBackOffs(nowMs)) engine.wake(arn);
  store.executions.purge(nowMs);
}

function fireOperations(engine: Engine, nowMs: number): ReadonlySet<string> {
  const { store } = engine;
  return store.transaction(() => {
    const woken = new Set<string>();
    for (const { arn, operation, side } of store.operations.due(nowMs)) {
      const after = applyTime(operation, side, nowMs);
      if (after === undefined) continue;
      storeChange(engine, arn, after);
      woken.add(arn);
    }
    return woken;
  });
}
