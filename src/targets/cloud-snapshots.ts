import type { Seen } from '../core/check.ts';
import type { CloudSnapshot, SnapshotsLook } from '../core/cloud-snapshot.ts';
import type { UnderWay } from './cloud-switchover.ts';

/** The snapshot that is wanted: the name is derived from the run, so that asking twice makes one. */
export type SnapshotOrder = {
  name: string;
  run: string;
  /** How much of the quota of the account is left to people: fewer than so many, and it is refused. */
  leave: number;
};

/** `refused`: nothing was made. `failed`: the cloud began it and gave it up, or somebody deleted it. */
export type SnapshotEnd =
  | { ended: 'taken'; snapshot: CloudSnapshot }
  | { ended: 'refused'; why: string }
  | { ended: 'failed'; why: string };

/** `unseen`: the cloud does not show it, not yet or not any more. */
export type SnapshotStanding = SnapshotEnd | UnderWay | { ended: 'unseen' };

/** The snapshot of ours that is to be copied; the copy has its name, so that asking twice makes one. */
export type CopyOrder = Pick<SnapshotOrder, 'name' | 'leave'>;

/** Capability: the cloud brings a copy of a snapshot to the place that the policy names. */
export type CloudCopies = {
  /** The region, or the bucket. */
  where: string;
  /** Orders one where there is none, as `take` does. */
  begin(order: CopyOrder): Promise<SnapshotStanding>;
  follow(order: CopyOrder): Promise<SnapshotStanding>;
};

/** What the policy no longer wants of one place, oldest first, and what stays there of ours; `unseen` is why nobody knows. */
export type ExpiredSnapshots =
  | {
      where: string;
      remove: readonly { name: string; why: string }[];
      keep: readonly { name: string; why: string }[];
      heldBack: string | null;
    }
  | { where: string; unseen: string };

/** What was approved to go, by place. */
export type SnapshotNames = { readonly [where: string]: readonly string[] };

/** What became of what was approved of one place. `isCutShort`: the rest is left to the next run. */
export type RemovedSnapshots = {
  where: string;
  removed: readonly string[];
  spared: readonly { name: string; why: string }[];
  /** AWS refused some of it. */
  isRefused: boolean;
  isCutShort: boolean;
};

/** Capability: the cloud copies a target within itself. Nothing that is there is changed by it, but for what `remove` deletes. */
export type CloudSnapshots = {
  look(): Promise<Seen<SnapshotsLook>>;
  /**
   * Orders one, where there is none of this name yet; one that is there and of the same run is followed. A "no" of the cloud is a
   * result; throws `throttled` and `timed_out`, after which the same order may be given again.
   */
  take(order: SnapshotOrder): Promise<SnapshotStanding>;
  /** How far it is; orders nothing. */
  follow(order: SnapshotOrder): Promise<SnapshotStanding>;
  /** Present where the policy asks for copies. */
  copies?: CloudCopies;
  /** What of ours the policy no longer wants; deletes nothing. */
  expired(): Promise<readonly ExpiredSnapshots[]>;
  /** Deletes of what was approved what a fresh look still finds superfluous; that which is gone already is no fault. */
  remove(approved: SnapshotNames): Promise<readonly RemovedSnapshots[]>;
};
