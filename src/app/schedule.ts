import * as z from 'zod';
import { openUntil, type WindowSpec } from '../config/windows.ts';
import { Fault } from '../core/errors.ts';
import type { TargetName } from '../core/operation.ts';
import type { Audit } from '../core/safety.ts';
import { findEntry } from './catalogue.ts';
import type { StartRuns } from './start-run.ts';

// A time that Scheduler did not fill in would be the same for every firing: the second job would count as the first one's repeat.
const Due = z.object({ schedule: z.string().min(1), scheduledAt: z.iso.datetime({ offset: true }) });

type Schedule = { name: string; operation: string; subject: string; args?: { readonly [name: string]: string } };

export type ScheduleTools = {
  schedules: readonly Schedule[];
  windows: readonly WindowSpec[];
  targetsOf(subject: string): readonly TargetName[];
  runs: Pick<StartRuns, 'start'>;
  audit: Audit;
  log(level: 'info' | 'error', message: string, detail: { [key: string]: string }): void;
};

/** The run that was started, or the window that holds it back. */
export type DueAnswer = { runId: string } | { heldBack: string };

/**
 * One due job: starts the run that is named after the schedule and its time, so that a second delivery starts nothing.
 * A schedule that the config no longer knows is an error: the template and the config are out of step.
 */
export async function runDueJob(tools: ScheduleTools, event: unknown): Promise<DueAnswer> {
  const due = Due.safeParse(event);
  if (!due.success)
    throw new Fault('invalid_request', 'the event names no schedule and time: { schedule, scheduledAt: an ISO time }');
  const { schedule: name, scheduledAt } = due.data;
  const schedule = tools.schedules.find((known) => known.name === name);
  if (!schedule) throw new Fault('invalid_request', `nightshift.yaml has no schedule ${name}`);
  const window = windowThatHolds(tools, schedule, Date.parse(scheduledAt));
  if (window) return heldBack(tools, schedule, scheduledAt, window);
  const { operation, subject, args = {} } = schedule;
  const request = { operation, subject, args, trigger: { kind: 'schedule', name, scheduledAt } as const };
  const runId = await tools.runs.start(request, `schedule:${name}:${scheduledAt}`);
  tools.log('info', 'scheduled run started', { runId, schedule: name, scheduledAt });
  return { runId };
}

type Open = { name: string; until: string };

/**
 * Pure: the window in which a schedule waits. It has to be open on all that the schedule works on: the other databases of an
 * environment want their report. What only reads waits where the window names the schedule, since its silence is noticed.
 */
function windowThatHolds({ windows, targetsOf }: ScheduleTools, schedule: Schedule, ms: number): Open | undefined {
  const acts = findEntry(schedule.operation)?.risk !== 'reads';
  const targets = targetsOf(schedule.subject);
  return windows
    .filter(({ holdsBack }) => acts || holdsBack.includes(schedule.name))
    .filter(({ subject }) => targets.every(({ name, environment }) => subject === name || subject === environment))
    .flatMap((window) => {
      const endMs = openUntil(window, ms);
      return endMs === undefined ? [] : [{ name: window.name, until: new Date(endMs).toISOString() }];
    })[0];
}

/** On record, because a job that did not run is asked about later. */
async function heldBack(
  { audit, log }: ScheduleTools,
  { name, operation, subject }: Schedule,
  scheduledAt: string,
  window: Open,
): Promise<DueAnswer> {
  const words = `held back by the window ${window.name} until ${window.until}`;
  const about = { who: `schedule:${name}`, what: 'refused', runId: 'none', operation, subject } as const;
  await audit.record({ id: `held:${name}:${scheduledAt}`, at: scheduledAt, ...about, detail: { words } });
  // Counted by the alarms on scheduled runs that stay away (infra/bot-alarms.generated.yml).
  log('info', 'scheduled run held back', { schedule: name, scheduledAt, window: window.name, until: window.until });
  return { heldBack: words };
}
