import { openControl, type Control } from './control.ts';
import { runDueJob } from './schedule.ts';
import { startKept } from './start-kept.ts';
import { createStarts, type StartRuns } from './start-run.ts';

/** What an invocation did: started one job's run, or settled what the front door had promised. */
export type ScheduleAnswer = { runId: string } | Awaited<ReturnType<typeof startKept>>;

/** The handler of EventBridge Scheduler. A fault is thrown on: Scheduler retries, then its dead-letter queue has it. */
export async function scheduleDoor(): Promise<(event: unknown) => Promise<ScheduleAnswer>> {
  const control = openControl('schedule');
  const { functionPrefix, region } = control.environment;
  return scheduleHandler(control, createStarts(functionPrefix, region));
}

export function scheduleHandler(
  { config, log, state, now }: Control,
  runs: StartRuns,
): (event: unknown) => Promise<ScheduleAnswer> {
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
