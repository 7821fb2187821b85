import type { RedisBackupRecord } from '../../core/backup.ts';
import type { Backup } from '../catalogue/catalogue.ts';
import type { RestoreTarget } from './target.ts';

export type SnapshotChoice = { backup: Backup; record: RedisBackupRecord };

/**
 * Pure: which snapshot of Redis a restore begins with: the newest that is whole, that of the label, or the last one cut before a time.
 * Between two of them there is nothing.
 */
export function chooseSnapshot(
  backups: readonly Backup[],
  to: RestoreTarget,
  label?: string,
): { done: SnapshotChoice } | { refused: string } {
  if (to.kind === 'lsn' || to.kind === 'name')
    return { refused: 'Redis has no log to go forward in: name a time, latest, or a snapshot with --from.' };
  const all = backups.flatMap((backup) => {
    const { record } = backup;
    return record.engine === 'redis' ? [{ backup, record }] : [];
  });
  const asked = label === undefined ? all : all.filter(({ record }) => record.label === label);
  if (label !== undefined && asked.length === 0) return { refused: `there is no snapshot ${label}.` };
  const whole = asked.filter(({ backup }) => backup.problems.length === 0);
  const [bad] = asked.slice(-1);
  if (whole.length === 0) return { refused: `no snapshot is whole: ${bad?.backup.problems[0] ?? 'there is none'}.` };
  const found = to.kind === 'time' ? whole.filter(({ record }) => lastCut(record) <= to.at) : whole;
  const chosen = found.at(-1);
  if (chosen) return { done: chosen };
  const [first] = whole;
  return {
    refused: `the oldest snapshot is of ${first ? lastCut(first.record) : 'later'}: nothing before it was kept.`,
  };
}

function lastCut({ shards, endedAt }: RedisBackupRecord): string {
  return shards.map(({ at }) => at).reduce((one, other) => (one > other ? one : other), shards[0]?.at ?? endedAt);
}
