import { jobsOf, scheduleOf } from '../backups/policy/jobs.ts';
import { backupPolicy, toolOf } from './resolve-backup.ts';
import type { ScheduleSpec } from './config.ts';
import type { NightshiftFile, TargetEntry } from './schema.ts';
import { hosted } from './topology.ts';

/** The operations that a policy may start by itself; a job whose operation does not stand here is not scheduled. */
export const scheduledOperations: ReadonlySet<string> = new Set();

/** What the policies ask for, as schedules: `<target>-full`. */
export function backupSchedules(file: NightshiftFile, operations = scheduledOperations): ScheduleSpec[] {
  return Object.entries(file.targets).flatMap(([name, entry]) => {
    const policy = backupPolicy(file, name);
    if (policy === undefined || toolOf(file, name) !== undefined || whyNoBackups(name, entry) !== undefined) return [];
    return jobsOf(policy, entry.engine)
      .filter(({ operation }) => operations.has(operation))
      .map((job) => ({
        name: `${name}-${job.job}`,
        operation: job.operation,
        subject: name,
        args: job.args,
        ...scheduleOf(job),
      }));
  });
}

/** Why the bot makes no backups of a target whose policy wants them, and what to do; undefined where it can. */
export function whyNoBackups(name: string, { provider, members }: TargetEntry): string | undefined {
  if (hosted.includes(provider)) return `${provider} makes its own backups; the bot makes none of ${name}`;
  const data = Object.values(members).filter(({ role }) => role !== 'sentinel');
  if (data.some(({ credentials }) => credentials.copy !== undefined)) return undefined;
  return `no member of ${name} has credentials.copy: name the login with the right to replicate`;
}
