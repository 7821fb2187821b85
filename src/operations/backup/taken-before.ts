import { backupLabel, type Place } from '../../backups/layout.ts';
import type { BackupRecord } from '../../core/backup.ts';
import type { BackupStore } from '../../core/backup-store.ts';
import { objectsOf, recordAt, recordsIn } from './records.ts';

type Asked = { store: BackupStore; label: string; run: string };

/**
 * What a run has taken already, or the name under which it takes it: a room is called again when its process died, or the one that waited
 * for it. Nothing is ever put over what lies there, so what was only begun keeps its name, counts for nothing, and goes with retention.
 */
export async function takenBefore(
  { store, label, run }: Asked,
  place: Place,
  now: Date,
): Promise<{ record: BackupRecord } | { label: string }> {
  const record = await recordAt(store, place, label);
  if (record?.run === run) return { record };
  if ((await objectsOf(store, place, label)).size === 0) return { label };
  const own = (await recordsIn(store, place)).find((one) => one.run === run);
  return own ? { record: own } : { label: backupLabel(now, label.slice(label.indexOf('-') + 1)) };
}
