import { openControl, type Control } from './control.ts';
import { runDueJob } from './schedule.ts';

/** The handler of EventBridge Scheduler. A fault is thrown on: Scheduler retries, then its dead-letter queue has it. */
export async function scheduleDoor(): Promise<(event: unknown) => Promise<{ runId: string }>> {
  return scheduleHandler(openControl('schedule'));
}

export function scheduleHandler({ config, runs, log }: Control): (event: unknown) => Promise<{ runId: string }> {
  return (event) => runDueJob({ schedules: config.schedules, runs, log }, event);
}
