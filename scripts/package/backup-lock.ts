import type { Config } from '../../src/config/config.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { templateText } from './cloudformation.ts';

/** For how many days nobody can delete a version in the bucket for backups: storage.yml reads it. */
export function backupLock(config: Config): GeneratedFile {
  return { path: 'infra/backup-lock.generated.yml', text: templateText({ days: lockDays(config) }) };
}

/** Pure: as long as every policy keeps everything, and no longer: what expired must not be kept by a lock. */
export function lockDays({ targets }: Pick<Config, 'targets'>): number {
  const kept = targets.flatMap(({ engine, backup }) =>
    backup === undefined ? [] : [engine === 'postgres' ? backup.anySecondDays : backup.snapshotDays],
  );
  return Math.min(usualBackupPolicy.anySecondDays, ...kept);
}
