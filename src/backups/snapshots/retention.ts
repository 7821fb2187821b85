import type { RetentionSeen } from '../../core/backups-seen.ts';
import { isUsable, type CloudSnapshot, type SnapshotsLook } from '../../core/cloud-snapshot.ts';
import { ageSeconds, wanted, type About } from './about.ts';

const DAY_SECONDS = 86_400;

/**
 * Pure: which of our own snapshots the policy no longer wants. One goes only where a newer one was restored; one that is pinned, the
 * newest, the newest that was restored, what is not whole and what a run did not make stay always.
 */
export function snapshotRetention({ policy, engine, nowMs }: About, { snapshots }: SnapshotsLook): RetentionSeen {
  const { days } = wanted(policy, engine);
  const ours = snapshots
    .filter((one) => one.by === 'nightshift' && isUsable(one))
    .toSorted((one, other) => ((one.at ?? '') < (other.at ?? '') ? 1 : -1));
  const proven = ours.find(({ provenAt }) => provenAt !== null);
  const expired = ours.slice(1).filter((one) => !one.pinned && ageSeconds(one.at ?? '', nowMs) > days * DAY_SECONDS);
  const superseded = expired.filter((one) => proven !== undefined && one !== proven && isOlder(one, proven));
  const kept = expired.length - superseded.length - (proven && expired.includes(proven) ? 1 : 0);
  return {
    remove: superseded.map(({ name, at }) => ({
      label: name,
      why: `of ${(at ?? '').slice(0, 10)}, older than ${days} d, and ${proven?.name ?? ''} was restored after it`,
    })),
    walObjects: 0,
    freedBytes: null,
    heldBack:
      superseded.length === 0 && kept > 0
        ? `keeps ${kept} that ${kept === 1 ? 'is' : 'are'} older than ${days} d: no newer one was ever restored`
        : null,
  };
}

function isOlder(one: CloudSnapshot, other: CloudSnapshot): boolean {
  return (one.at ?? '') < (other.at ?? '');
}
