import type { RetentionSeen } from '../../core/backups-seen.ts';
import { isUsable, type CloudSnapshot, type SnapshotsLook } from '../../core/cloud-snapshot.ts';
import { ageSeconds, wanted, type About } from './about.ts';

const DAY_SECONDS = 86_400;

type Judged = { snapshot: CloudSnapshot; why: string };
/** What of ours can go from one place, the oldest first, and what stays there. */
export type Expired = {
  where: string;
  remove: readonly Judged[];
  keep: readonly Judged[];
  heldBack: string | null;
};

/**
 * Pure: which of our own snapshots the policy no longer wants, where they were made and where their copies are. One goes only where a
 * newer one of the same place was restored; one that is pinned, the newest, the newest that was restored, what is not whole, what is being
 * copied and what a run did not make stay always. A copy holds the blocks of its snapshot, so that a restore of either proves both.
 */
export function expiredSnapshots(about: About, look: SnapshotsLook): (Expired | { where: string; unseen: string })[] {
  const { snapshots, region, copies } = look;
  const home = expiredOf(about, region, snapshots, whyCopied(look));
  if (copies === undefined) return [home];
  if ('unseen' in copies) return [home, { where: copies.where, unseen: copies.unseen }];
  // Objects of a bucket are not ours to delete: its own rules end them.
  if (copies.copies.every(({ id }) => id.startsWith('s3://'))) return [home];
  const proofs = new Map(snapshots.map(({ name, provenAt }) => [name, provenAt]));
  const copied = copies.copies.map((one) => ({ ...one, provenAt: one.provenAt ?? proofs.get(one.name) ?? null }));
  return [home, expiredOf(about, copies.where, copied, () => null)];
}

/** Pure: the same, as the list of a place shows it. */
export function snapshotRetention(about: About, look: SnapshotsLook, where = look.region): RetentionSeen | null {
  const found = expiredSnapshots(about, look).find((one) => one.where === where);
  if (!found || 'unseen' in found) return null;
  const { remove, heldBack } = found;
  return {
    remove: remove.map(({ snapshot, why }) => ({ label: snapshot.name, why })).toReversed(),
    walObjects: 0,
    freedBytes: null,
    heldBack,
  };
}

function expiredOf(
  { policy, engine, nowMs }: About,
  where: string,
  snapshots: readonly CloudSnapshot[],
  whyBusy: (name: string) => string | null,
): Expired {
  const { days } = wanted(policy, engine);
  const ours = snapshots
    .filter((one) => one.by === 'nightshift' && isUsable(one))
    .toSorted((one, other) => (isOlder(one, other) ? 1 : -1));
  const [newest] = ours;
  const proven = ours.find(({ provenAt }) => provenAt !== null);
  const judged = ours.map((snapshot) => {
    const isOld = ageSeconds(snapshot.at ?? '', nowMs) > days * DAY_SECONDS;
    const stays =
      whyItStays(snapshot, { newest, proven }) ?? (isOld ? whyBusy(snapshot.name) : `it is younger than ${days} d`);
    return { snapshot, stays, isOld };
  });
  const unproven = judged.filter(({ stays, isOld }) => isOld && stays === UNPROVEN).length;
  const remove = judged.flatMap(({ snapshot, stays }) =>
    stays === null ? [{ snapshot, why: whyItGoes(snapshot, days, proven) }] : [],
  );
  return {
    where,
    remove: remove.toReversed(),
    keep: judged.flatMap(({ snapshot, stays }) => (stays === null ? [] : [{ snapshot, why: stays }])),
    heldBack:
      remove.length === 0 && unproven > 0
        ? `keeps ${unproven} that ${unproven === 1 ? 'is' : 'are'} older than ${days} d: no newer one was ever restored`
        : null,
  };
}

const UNPROVEN = 'no newer one was ever restored';

function whyItStays(
  one: CloudSnapshot,
  { newest, proven }: { newest: CloudSnapshot | undefined; proven: CloudSnapshot | undefined },
): string | null {
  if (one.pinned) return 'somebody pinned it';
  if (one === newest) return 'it is the newest';
  if (one === proven) return 'it is the newest that was restored';
  return proven && isOlder(one, proven) ? null : UNPROVEN;
}

function whyItGoes({ at }: CloudSnapshot, days: number, proven: CloudSnapshot | undefined): string {
  return `of ${(at ?? '').slice(0, 10)}, older than ${days} d, and ${proven?.name ?? ''} was restored after it`;
}

/** AWS may give a copy up whose snapshot is deleted. What cannot be seen may be at it. */
function whyCopied({ copies }: SnapshotsLook): (name: string) => string | null {
  if (copies === undefined) return () => null;
  if ('unseen' in copies) return () => `nobody knows whether it is being copied to ${copies.where}`;
  return (name) =>
    copies.copies.some((one) => one.name === name && !isUsable(one) && one.status !== 'failed')
      ? `it is being copied to ${copies.where}`
      : null;
}

function isOlder(one: CloudSnapshot, other: CloudSnapshot): boolean {
  return (one.at ?? '') < (other.at ?? '');
}
