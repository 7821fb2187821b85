import { createBucketArchive, type AuditArchive } from '../state/audit-archive.ts';
import { createArchiving } from './archive.ts';
import { createBackupJobs } from './backup-jobs.ts';
import { openControl, type Control } from './control.ts';
import { targetsOf } from './knowledge.ts';
import { runDueJob, type DueAnswer } from './schedule.ts';
import { reap } from './reap.ts';
import { startKept } from './start-kept.ts';
import { createStarts, type StartRuns } from './start-run.ts';
import { fillPlaces } from './take-turns.ts';

/** What an invocation did: started one job's run, or settled what the front door had promised. */
export type ScheduleAnswer = DueAnswer | Awaited<ReturnType<typeof startKept>>;

/** `{ tick: 'minute' }`: what has to be looked at again and again. */
export const MINUTE_TICK = { tick: 'minute' } as const;

/** The handler of EventBridge Scheduler. A fault is thrown on: Scheduler retries, then its dead-letter queue has it. */
export async function scheduleDoor(): Promise<(event: unknown) => Promise<ScheduleAnswer>> {
  const control = await openControl('schedule');
  const { functionPrefix, region, auditBucket: bucket } = control.environment;
  const archive = bucket === undefined ? undefined : createBucketArchive({ bucket, region });
  return scheduleHandler(control, createStarts(functionPrefix, region), archive);
}

/** `archive`: where a copy of the record is kept; without one it is in the state table alone. */
export function scheduleHandler(
  control: Control,
  runs: StartRuns,
  archive?: AuditArchive,
): (event: unknown) => Promise<ScheduleAnswer> {
  const { config, log, now } = control;
  const { outbox, audit, claims } = control.state;
  const archiveDue = createArchiving({ audit, claims, now, log, ...(archive ? { archive } : {}) });
  const idle = config.backups?.secondary === undefined ? (['verify'] as const) : [];
  const backupsDue = createBackupJobs({ targets: config.targets, claims, runs, idle, now, log });
  const { schedules, windows } = config;
  const tick = async () => {
    // What holds a database comes first, and none of the others waits for another one to work.
    const reaped = reap({ ...control.state, runs, now, log });
    const [, kept, filled, archived, jobs] = await Promise.allSettled([
      reaped,
      startKept({ runs, outbox, audit, now, log }),
      fillPlaces({ ...control.state, runs, now, log }),
      archiveDue(),
      backupsDue(),
    ]);
    await reaped;
    if (filled.status === 'rejected') throw filled.reason;
    if (kept.status === 'rejected') throw kept.reason;
    if (archived.status === 'rejected') throw archived.reason;
    if (jobs.status === 'rejected') throw jobs.reason;
    return kept.value;
  };
  return (event) =>
    isTick(event)
      ? tick()
      : runDueJob({ schedules, windows, targetsOf: (subject) => targetsOf(config, subject), runs, audit, log }, event);
}

function isTick(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'tick' in event && event.tick === MINUTE_TICK.tick;
}
