import type { Config } from '../../src/config/config.ts';
import { lockDays } from '../../src/backups/policy/lock-days.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { templateText } from './cloudformation.ts';

/** For how many days nobody can delete a version in the bucket for backups: storage.yml reads it. */
export function backupLock(config: Config): GeneratedFile {
  return { path: 'infra/backup-lock.generated.yml', text: templateText({ days: lockDays(config.targets) }) };
}
