import type { BackupKind } from '../../core/backup.ts';
import type { Looked } from './take.ts';

/** What people may ask for; nothing is an increment where there can be one. */
export type Asked = 'full' | 'incremental' | 'differential' | undefined;

/**
 * Pure: which backup it becomes, and why where that is not what was asked for. Whoever asks for an increment where there can be none
 * is refused: a full backup may take hours that nobody agreed to. The schedule asks for nothing, and gets what is possible.
 */
export function whichBackup(
  asked: Asked,
  { engine, look, parent }: Pick<Looked, 'engine' | 'look' | 'parent'>,
): { kind: BackupKind; parent: string | null; why: string | null } | { refused: string } {
  if (asked === 'differential')
    return { refused: 'Differential backups are those of pgBackRest: say `full` or `incremental`.' };
  if (engine === 'redis') {
    if (asked === 'incremental') return { refused: 'Redis has no increments: say `backup` for a snapshot.' };
    return { kind: 'snapshot', parent: null, why: null };
  }
  if (asked === 'full') return { kind: 'full', parent: null, why: null };
  const why =
    look?.whyNoIncrement ?? (parent === null ? 'There is no backup of this server yet that it could build on.' : null);
  if (why === null) return { kind: 'incremental', parent: parent?.label ?? null, why: null };
  if (asked === 'incremental') return { refused: `No increment: ${why} Say \`backup full\` for a full one.` };
  return { kind: 'full', parent: null, why };
}
