import type { BackupToolName } from '../../core/backup-tool.ts';

/**
 * checksum, file-invalid, format, file-missing and the sums of copies. https://github.com/pgbackrest/pgbackrest/blob/release/2.45/src/build/error/error.yaml
 */
const PGBACKREST_CODES = new Set([26, 28, 29, 55]);
/** Barman ends with 1 whatever it was. */
const BARMAN_WORDS =
  /No such file|does not exist|missing|checksum|corrupt|invalid (?:compressed )?data|unexpected end|crc error/i;
/** What is no fault of what is stored. */
const ELSEWHERE = /Permission denied|No space left|Connection|command not found|Read-only file system/i;

/** Pure: whether a tool failed because of what is in its repository, and not for want of room, rights or a connection: only that disproves a backup. */
export function isDamage(tool: BackupToolName, exitCode: number | null, complaint: string): boolean {
  if (ELSEWHERE.test(complaint)) return false;
  if (tool === 'pgbackrest') return exitCode !== null && PGBACKREST_CODES.has(exitCode);
  return exitCode !== null && BARMAN_WORDS.test(complaint);
}
