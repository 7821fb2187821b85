import * as z from 'zod';
import { Fault } from '../core/errors.ts';
import type { StartRuns } from './start-run.ts';

// A time that Scheduler did not fill in would be the same for every firing: the second job would count as the first one's repeat.
const Due = z.object({ schedule: z.string().min(1), scheduledAt: z.iso.datetime({ offset: true }) });

export type ScheduleTools = {
  schedules: readonly { name: string; operation: string; subject: string }[];
  runs: Pick<StartRuns, 'start'>;
  log(level: 'info' | 'error', message: string, detail: { [key: string]: string }): void;
};

/**
 * One due job: starts the run that is named after the schedule and its time, so that a second delivery starts nothing.
 * A schedule that the config no longer knows is an error: the template and the config are out of step.
 */
export async function runDueJob(tools: ScheduleTools, event: unknown): Promise<{ runId: string }> {
  const due = Due.safeParse(event);
  if (!due.success)
    throw new Fault('invalid_request', 'the event names no schedule and time: { schedule, scheduledAt: an ISO time }');
  const { schedule: name, scheduledAt } = due.data;
  const schedule = tools.schedules.find((known) => known.name === name);
  if (!schedule) throw new Fault('invalid_request', `nightshift.yaml has no schedule ${name}`);
  const { operation, subject } = schedule;
  const request = { operation, subject, args: {}, trigger: { kind: 'schedule', name, scheduledAt } as const };
  const runId = await tools.runs.start(request, `schedule:${name}:${scheduledAt}`);
  tools.log('info', 'scheduled run started', { runId, schedule: name, scheduledAt });
  return { runId };
}
