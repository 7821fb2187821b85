import type { BackupPolicy } from '../../core/backup-policy.ts';
import { isUsable, type CloudSnapshot, type SnapshotsLook } from '../../core/cloud-snapshot.ts';
import type { Engine } from '../../core/engine.ts';

/** Whose snapshots are judged, by which policy, at which moment. */
export type About = { target: string; engine: Engine; policy: BackupPolicy; nowMs: number };

/** Pure: what the policy asks for of this engine: how often, and for how long. */
export function wanted({ full, fullDays, snapshot, snapshotDays }: BackupPolicy, engine: About['engine']) {
  return engine === 'postgres'
    ? { kind: 'full', weekly: full, days: fullDays }
    : { kind: 'snapshot', weekly: snapshot, days: snapshotDays };
}

/** Pure: those that count for the policy. Automated ones do where they are kept for as long as it wants. */
export function counting({ policy, engine }: About, { automated }: SnapshotsLook): CloudSnapshot['by'][] {
  const isLongEnough = automated.days >= wanted(policy, engine).days;
  return isLongEnough ? ['nightshift', 'others', 'cloud'] : ['nightshift', 'others'];
}

/** Pure: the newest that is whole; of some kinds alone, where they are named. */
export function newestUsable(
  snapshots: readonly CloudSnapshot[],
  kinds: readonly CloudSnapshot['by'][] = ['nightshift', 'cloud', 'others'],
): CloudSnapshot | undefined {
  return snapshots
    .filter((one) => isUsable(one) && kinds.includes(one.by))
    .toSorted((one, other) => (timeOf(one) < timeOf(other) ? 1 : -1))[0];
}

/** Pure: when its data were cut; one that is on its way counts as the newest. */
export function timeOf({ at }: Pick<CloudSnapshot, 'at'>): string {
  return at ?? '9999';
}

/** Pure: seconds since an ISO time; never below zero, because clocks differ. */
export function ageSeconds(at: string, nowMs: number): number {
  return Math.max(0, (nowMs - Date.parse(at)) / 1000);
}
