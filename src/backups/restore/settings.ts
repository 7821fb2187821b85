import type { RestoreChoice } from './choose.ts';

/**
 * Pure: what a restored server is told in `postgresql.auto.conf`, where the last line wins. It replays from files that lie there already,
 * stops at the target, and touches nothing of the server it was copied from: no archive, no standbys, no primary.
 * https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET
 */
export function recoverySettings(choice: RestoreChoice, walDirectory: string): string {
  const settings: Record<string, string> = {
    restore_command: `cp ${shellQuoted(walDirectory)}/%f %p`,
    recovery_target_timeline: String(choice.path.at(-1)?.timeline ?? 'latest'),
    recovery_target_action: 'promote',
    ...(choice.target.kind === 'time' ? { recovery_target_time: postgresTime(choice.target.at) } : {}),
    ...(choice.target.kind === 'name' ? { recovery_target_name: choice.target.name } : {}),
    ...(choice.target.kind === 'end' ? { recovery_target: 'immediate' } : {}),
    ...OWN_WAY,
  };
  return written(settings);
}

const OWN_WAY = {
  archive_mode: 'off',
  archive_command: '',
  synchronous_standby_names: '',
  primary_conninfo: '',
  primary_slot_name: '',
};

/** Pure: the same for a copy that another tool has restored and told where to stop. */
export function ownWaySettings(): string {
  return written(OWN_WAY);
}

function written(settings: { readonly [name: string]: string }): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return `\n# Written by the restore; without these lines it is the server that was copied.\n${lines.join('\n')}\n`;
}

/** Pure: settings that would lead a copy to the files of the server that it was made of are taken out. */
export function withoutOtherPlaces(configuration: string): string {
  return configuration.replaceAll(
    /^[ \t]*(data_directory|hba_file|ident_file|external_pid_file)\b/gim,
    '# taken out by the restore: $1',
  );
}

/** An ISO time with its T and Z is refused as a target. */
function postgresTime(at: string): string {
  return at.replace('T', ' ').replace('Z', '+00');
}

function shellQuoted(path: string): string {
  return /^[\w/.-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
