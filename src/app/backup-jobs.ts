import {
  dueJobs,
  jobsInCloud,
  jobsOf,
  jobsOfOwn,
  overviewJob,
  type BackupJob,
  type PolicyJob,
} from '../backups/policy/jobs.ts';
import type { BackupPolicy } from '../core/backup-policy.ts';
import type { Engine } from '../core/engine.ts';
import { asFault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { isManaged } from '../providers/setting-advice.ts';
import type { State } from '../state/index.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { findEntry } from './catalogue.ts';
import type { StartRuns } from './start-run.ts';
import { whyNoBackups } from './why-no-backups.ts';

export type JobTools = {
  targets: readonly TargetSpec[];
  claims: Pick<State['claims'], 'begin' | 'finish'>;
  runs: Pick<StartRuns, 'start'>;
  /** What has nothing to do here: without a second store there is none to verify. */
  idle?: readonly BackupJob[];
  now(): number;
  log(level: 'info' | 'error', message: string, detail: Json): void;
};

/** What was missed for longer is not made up for: the night's copy would begin in the middle of the day. */
const MADE_UP_MS = 3_600_000;
const KEEP_SECONDS = 7200;

/**
 * Starts the runs that the backup policies ask for, of targets that can be backed up; asked every minute, each time again for the
 * last hour. They have no schedules of their own: those of three hundred targets would not fit a template. Throws the first fault
 * when all were tried.
 */
export function createBackupJobs({ targets, claims, runs, idle = [], now, log }: JobTools): () => Promise<number> {
  const started = new Map<string, number>();
  const startOne = async (name: string, { job, operation, args, dueMs }: PolicyJob & { dueMs: number }) => {
    const scheduledAt = new Date(dueMs).toISOString();
    const key = `backup:${name}:${job}:${scheduledAt}`;
    if (started.has(key)) return false;
    const begun = await claims.begin(key, KEEP_SECONDS);
    if (begun === 'busy') return false;
    if (begun === 'mine') {
      const trigger = { kind: 'schedule', name: `backup-${job}`, scheduledAt } as const;
      const runId = await runs.start({ operation, subject: name, args, trigger }, key);
      await claims.finish(key);
      log('info', 'a job of a backup policy was started', { runId, target: name, job });
    }
    started.set(key, dueMs);
    return begun === 'mine';
  };
  // What another tool makes, its own schedule makes.
  const able = targets.filter((spec) => spec.backupTool === undefined && whyNoBackups(spec) === null);
  return async () => {
    const atMs = now();
    for (const [key, dueMs] of started) if (dueMs < atMs - 2 * MADE_UP_MS) started.delete(key);
    const due = able.flatMap((spec) => {
      const { name, engine, backup } = spec;
      const jobs = backup === undefined ? [] : dueOf(backup, engine, atMs).filter(({ job }) => !idle.includes(job));
      return (isManaged(spec) && backup !== undefined ? jobsInCloud(jobs, backup) : jobsOfOwn(jobs)).map((job) => ({
        name,
        job,
      }));
    });
    const all = [...due, ...overviewsOf(able, atMs)];
    const said = await Promise.allSettled(all.map(({ name, job }) => startOne(name, job)));
    const failed = said.find((one) => one.status === 'rejected');
    if (failed) throw asFault(failed.reason);
    return said.filter((one) => one.status === 'fulfilled' && one.value).length;
  };
}

/** Pure: the weekly overview of each environment of which backups are made, where it came due in the last hour. */
function overviewsOf(
  targets: JobTools['targets'],
  atMs: number,
): { name: string; job: PolicyJob & { dueMs: number } }[] {
  const due = dueJobs([overviewJob], atMs - MADE_UP_MS, atMs);
  const names = targets.flatMap(({ environment, backup }) => (backup?.mode === 'on' ? [environment] : []));
  return [...new Set(names)].flatMap((name) => due.map((job) => ({ name, job })));
}

/** Pure: what came due in the last hour, of that for which there is an operation. What is due every few minutes is due on the clock. */
export function dueOf(policy: BackupPolicy, engine: Engine, atMs: number): (PolicyJob & { dueMs: number })[] {
  const jobs = jobsOf(policy, engine).filter(
    ({ operation }) => findEntry(operation)?.engines.includes(engine) === true,
  );
  return dueJobs(jobs, atMs - MADE_UP_MS, atMs).map((job) => {
    if (!('everyMinutes' in job.times)) return job;
    const everyMs = job.times.everyMinutes * 60_000;
    return { ...job, dueMs: Math.floor(atMs / everyMs) * everyMs };
  });
}
