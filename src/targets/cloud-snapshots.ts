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

/**
 * Capability: the cloud copies a target within itself. Nothing that is there is changed by it, and nothing is ever deleted here.
 */
export type CloudSnapshots = {
  look(): Promise<Seen<SnapshotsLook>>;
  /**
   * Orders one, where there is none of this name yet; one that is there and of the same run is followed. A "no" of the cloud is a
   * result; throws `throttled` and `timed_out`, after which the same order may be given again.
   */
  take(order: SnapshotOrder): Promise<SnapshotStanding>;
  /** How far it is; orders nothing. */
  follow(order: SnapshotOrder): Promise<SnapshotStanding>;
};
