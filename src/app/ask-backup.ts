import type { BackupPolicy } from '../core/backup-policy.ts';
import { runName } from '../core/run.ts';
import type { StartRuns } from './start-run.ts';

type BackedUp = { name: string; engine: 'postgres' | 'redis'; backup?: BackupPolicy };

/** What a backup beside a run is started with. */
export type BackupAsk = { runId: string; at: string };

/**
 * Starts a backup of a target whose policy makes them by itself, once for each run that asks for it: its id, or null where only people
 * make them, or nobody does. Throws `throttled` where it could not be started now.
 */
export async function askForBackup(
  targets: readonly BackedUp[],
  { startNamed }: Pick<StartRuns, 'startNamed'>,
  name: string,
  { runId, at }: BackupAsk,
): Promise<string | null> {
  const target = targets.find((one) => one.name === name);
  if (target?.backup?.mode !== 'on') return null;
  const backup = runName('backup', `after:${runId}`);
  // An increment needs a parent of the same timeline, or the summaries of both: after a promotion it is a full one.
  const args: { [field: string]: string } = target.engine === 'postgres' ? { kind: 'full' } : {};
  const trigger = { kind: 'schedule', name: 'backup-after-failover', scheduledAt: at } as const;
  await startNamed({ runId: backup, operation: 'backup', subject: name, args, trigger });
  return backup;
}
