import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { Engine } from '../../core/engine.ts';
import { lastDue, type Times } from './times.ts';

export type BackupJob =
  | 'full'
  | 'incremental'
  | 'snapshot'
  | 'wal'
  | 'retention'
  | 'verify'
  | 'drill'
  | 'point-in-time-drill'
  | 'sweep'
  | 'overview';

/** One thing that a policy asks for again and again, and the operation with its arguments that does it. */
export type PolicyJob = {
  job: BackupJob;
  times: Times;
  operation: string;
  args: { readonly [name: string]: string };
};

/** After the night's backups, before the drills of the morning. */
const RETENTION: Times = { weekly: { days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], minutes: 300 } };

/** What a drill in a cloud left behind costs money by the hour. */
const sweepJob: PolicyJob = { job: 'sweep', times: { everyMinutes: 60 }, operation: 'sweep', args: {} };

/** Once a week what lies in the second store is read back, before the drill. */
const VERIFY: Times = { weekly: { days: ['sun'], minutes: 330 } };

/** Once a week for each environment, when the week begins: could we restore now, and what is missing. */
export const overviewJob: PolicyJob = {
  job: 'overview',
  times: { weekly: { days: ['mon'], minutes: 420 } },
  operation: 'backups',
  args: { view: 'overview' },
};

/** Pure: the one table from a policy to what is due when. */
export function jobsOf(policy: BackupPolicy, engine: Engine): PolicyJob[] {
  const sweeps: PolicyJob[] = policy.drillPlace === undefined ? [] : [sweepJob];
  // What a drill by hand left costs money, too.
  if (policy.mode === 'manual') return sweeps;
  const { full, incremental, walMinutes, snapshot, drill, pointInTimeDrill } = policy;
  const own: PolicyJob[] =
    engine === 'postgres'
      ? [
          { job: 'full', times: { weekly: full }, operation: 'backup', args: { kind: 'full' } },
          ...asked(incremental, (weekly) => ({
            job: 'incremental' as const,
            times: { weekly },
            operation: 'backup',
            args: { kind: 'incremental' },
          })),
          ...asked(walMinutes, (everyMinutes) => ({
            job: 'wal' as const,
            times: { everyMinutes },
            operation: 'wal',
            args: {},
          })),
          ...asked(pointInTimeDrill, (monthly) => ({
            job: 'point-in-time-drill' as const,
            times: { monthly },
            operation: 'drill',
            args: { to: 'random' },
          })),
        ]
      : [{ job: 'snapshot', times: { weekly: snapshot }, operation: 'backup', args: {} }];
  return [
    ...own,
    { job: 'retention', times: RETENTION, operation: 'prune', args: { what: 'apply' } },
    { job: 'verify', times: VERIFY, operation: 'verify', args: { store: 'secondary' } },
    ...sweeps,
    ...asked(drill, (weekly) => ({ job: 'drill' as const, times: { weekly }, operation: 'drill', args: {} })),
  ];
}

/**
 * Pure: those that are left where a cloud hosts the target. It makes snapshots and deletes them, and its increments and logs cannot be asked for; drills cost
 * money, and are made where there is a place for them.
 */
export function jobsInCloud<J extends Pick<PolicyJob, 'job'>>(
  jobs: readonly J[],
  { drillPlace }: Pick<BackupPolicy, 'drillPlace'>,
): J[] {
  const drills: readonly BackupJob[] = drillPlace === undefined ? [] : ['drill', 'point-in-time-drill', 'sweep'];
  return jobs.filter(({ job }) => job === 'full' || job === 'snapshot' || job === 'retention' || drills.includes(job));
}

/** Pure: those that are left for servers of one's own: a drill there takes away what another left. */
export function jobsOfOwn<J extends Pick<PolicyJob, 'job'>>(jobs: readonly J[]): J[] {
  return jobs.filter(({ job }) => job !== 'sweep');
}

function asked<V>(value: V | null, job: (value: V) => PolicyJob): PolicyJob[] {
  return value === null ? [] : [job(value)];
}

/**
 * Pure: what came due after one moment and until another, each job once, at its last time: what was missed several times is made
 * up for once. A full backup makes up for an incremental one that was due before it.
 */
export function dueJobs(jobs: readonly PolicyJob[], sinceMs: number, nowMs: number): (PolicyJob & { dueMs: number })[] {
  const due = jobs
    .map((job) => ({ ...job, dueMs: lastTime(job.times, sinceMs, nowMs) }))
    .filter((job): job is PolicyJob & { dueMs: number } => job.dueMs !== undefined);
  const full = due.find(({ job }) => job === 'full');
  return due
    .filter(({ job, dueMs }) => job !== 'incremental' || full === undefined || dueMs > full.dueMs)
    .toSorted((one, other) => one.dueMs - other.dueMs);
}

/** What has no clock is due so many minutes after it was last looked for. */
function lastTime(times: Times, sinceMs: number, nowMs: number): number | undefined {
  if ('everyMinutes' in times) return nowMs - sinceMs >= times.everyMinutes * 60_000 ? nowMs : undefined;
  const dueMs = lastDue(times, nowMs);
  return dueMs > sinceMs ? dueMs : undefined;
}
