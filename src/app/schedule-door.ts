import { openControl } from './control.ts';
import { runDueJob } from './schedule.ts';

/** The handler of EventBridge Scheduler. A fault is thrown on: Scheduler retries, then its dead-letter queue has it. */
export async function scheduleDoor(): Promise<(event: unknown) => Promise<{ runId: string }>> {
  const { config, runs, log } = openControl('schedule');
  return (event) => runDueJob({ schedules: config.schedules, runs, log }, event);
}
