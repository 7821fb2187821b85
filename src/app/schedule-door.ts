import { openControl } from './control.ts';
import { runDueJob } from './schedule.ts';
import { startKept } from './start-kept.ts';
import { createStarts } from './start-run.ts';

/** What an invocation did: started one job's run, or settled what the front door had promised. */
export type ScheduleAnswer = { runId: string } | Awaited<ReturnType<typeof startKept>>;

/** The handler of EventBridge Scheduler. A fault is thrown on: Scheduler retries, then its dead-letter queue has it. */
export async function scheduleDoor(): Promise<(event: unknown) => Promise<ScheduleAnswer>> {
  const { config, environment, log, state, now } = openControl('schedule');
  const runs = createStarts(environment.functionPrefix, environment.region);
  const { outbox, audit } = state;
  return (event) =>
    isTick(event)
      ? startKept({ runs, outbox, audit, now, log })
      : runDueJob({ schedules: config.schedules, runs, log }, event);
}

/** `{ tick: 'minute' }`: what has to be looked at again and again. */
function isTick(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'tick' in event && event.tick === 'minute';
}
