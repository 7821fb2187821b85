import { usualBackupPolicy, type BackupPolicy } from '../../core/backup-policy.ts';
import type { Engine } from '../../core/engine.ts';

/** Pure: the days for which every policy keeps everything, and no longer: what expired must not be kept by a lock. */
export function lockDays(targets: readonly { engine: Engine; backup?: BackupPolicy }[]): number {
  const kept = targets.flatMap(({ engine, backup }) =>
    backup === undefined ? [] : [engine === 'postgres' ? backup.anySecondDays : backup.snapshotDays],
  );
  return Math.min(usualBackupPolicy.anySecondDays, ...kept);
}
