import { join } from 'node:path';
import type { RestoreTarget } from '../../backups/restore/target.ts';
import type { ToolBackup } from '../../backups/tools/tool-catalogue.ts';
import { readBarmanTablespaces } from '../../backups/tools/barman.ts';
import type { BackupToolSpec } from '../../core/backup-tool.ts';
import type { RestorePlace } from '../restore/place.ts';
import { askTool, complaintIn } from './tool-command.ts';

/** `fixed`: the backup was named by a person. */
type Wanted = { to: RestoreTarget; fixed: boolean; place: RestorePlace };

/** The words that make a tool restore into a place of its own; nothing may come to lie anywhere else. */
export async function restoreWords(
  tool: BackupToolSpec,
  backup: ToolBackup,
  wanted: Wanted,
): Promise<{ words: string[] } | { refused: string }> {
  if (tool.name === 'pgbackrest') return { words: pgbackrestWords(tool.server, backup, wanted) };
  const shown = await askTool(tool.command ?? [], ['-f', 'json', 'show-backup', tool.server, backup.label]);
  if (shown.exitCode !== 0) return { refused: `Barman could not be asked: ${complaintIn(shown)}.` };
  const tablespaces = readBarmanTablespaces(shown.stdout, tool.server);
  return { words: barmanWords(tool.server, backup, wanted, tablespaces) };
}

/** Pure. https://pgbackrest.org/command.html#command-restore */
export function pgbackrestWords(stanza: string, { label }: ToolBackup, { to, fixed, place }: Wanted): string[] {
  const ends: { readonly [K in RestoreTarget['kind']]: string } = {
    latest: 'default',
    end: 'immediate',
    time: 'time',
    lsn: 'lsn',
    name: 'name',
  };
  const isPoint = to.kind === 'time' || to.kind === 'lsn' || to.kind === 'name';
  return [
    `--stanza=${stanza}`,
    `--pg1-path=${place.data}`,
    // Otherwise they would be restored to where the server has them.
    `--tablespace-map-all=${join(place.directory, 'tablespaces')}`,
    '--archive-mode=off',
    `--type=${ends[to.kind]}`,
    ...(isPoint ? [`--target=${targetOf(to)}`] : []),
    ...(to.kind === 'latest' ? [] : ['--target-action=promote']),
    // Which backup has a restore point in it, only the server can tell: pgBackRest takes the newest.
    ...(fixed || to.kind === 'end' ? [`--set=${label}`] : []),
    '--log-level-console=detail',
    '--log-level-stderr=off',
    'restore',
  ];
}

/** Pure. https://docs.pgbarman.org: WAL is copied beside the files, so that it replays without Barman. */
export function barmanWords(
  server: string,
  { label }: ToolBackup,
  { to, place }: Wanted,
  tablespaces: readonly string[],
): string[] {
  const points = { time: '--target-time', lsn: '--target-lsn', name: '--target-name' } as const;
  return [
    'recover',
    '--no-get-wal',
    ...tablespaces.flatMap((name) => ['--tablespace', `${name}:${join(place.directory, 'tablespaces', name)}`]),
    ...(to.kind === 'latest' ? [] : to.kind === 'end' ? ['--target-immediate'] : [points[to.kind], targetOf(to)]),
    ...(to.kind === 'latest' ? [] : ['--target-action', 'promote']),
    server,
    label,
    place.data,
  ];
}

function targetOf(to: RestoreTarget): string {
  if (to.kind === 'time') return to.at.replace('T', ' ').replace('Z', '+00');
  if (to.kind === 'lsn') return to.lsn;
  return to.kind === 'name' ? to.name : '';
}
