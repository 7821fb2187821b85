import type { BackupToolSpec } from '../../core/backup-tool.ts';
import { knowledge } from '../knowledge.ts';

/** The tool that makes the backups of a target of the config; undefined where we make them, or there is no such target. */
export async function toolNamed(target: string): Promise<BackupToolSpec | undefined> {
  const { config } = await knowledge();
  return config.targets.find(({ name }) => name === target)?.backupTool;
}
