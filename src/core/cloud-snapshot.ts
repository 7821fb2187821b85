/** One snapshot as the cloud that hosts a target shows it. Times are ISO. */
export type CloudSnapshot = {
  name: string;
  /** The ARN: what a copy or a restore names. */
  id: string;
  /** What it is of: an instance, a cluster, a replication group. */
  source: string;
  /** `nightshift`: made by a run, by its name and its tags; `cloud`: by the automated backups; `others`: by somebody else. */
  by: 'nightshift' | 'cloud' | 'others';
  /** The id of the run that made it. */
  run: string | null;
  /** In the words of the cloud: `creating`, `available`, `failed`. */
  status: string;
  percent: number | null;
  /** When its data were cut; null until the cloud knows. */
  at: string | null;
  /** What it holds, and not what it costs; null where the cloud does not tell. */
  sizeBytes: number | null;
  encrypted: boolean | null;
  /** True for one that somebody tagged `nightshift:pin`. */
  pinned: boolean;
  /** When somebody restored it through us and the result was available. */
  provenAt: string | null;
};

/** What the cloud backs up by itself. `days` 0: nothing. */
export type AutomatedBackups = {
  days: number;
  /** UTC, as `03:00-03:30`. */
  window: string | null;
  /** Any second between the two can be restored; null where the cloud keeps no log between its snapshots. */
  anySecond: { from: string | null; until: string | null } | null;
};

/** How much of a quota of the account is used up. */
export type SnapshotQuota = { what: string; used: number; most: number };

/** What is in the place that the policy has copies brought to: the copies of ours, each under the name of its snapshot. */
export type CopiesLook =
  | { where: string; copies: readonly CloudSnapshot[]; quota: SnapshotQuota | null }
  | { where: string; unseen: string };

/** All that a cloud knows of the snapshots of a target. */
export type SnapshotsLook = {
  /** RDS, Aurora, ElastiCache. */
  cloud: string;
  region: string;
  source: string;
  snapshots: readonly CloudSnapshot[];
  automated: AutomatedBackups;
  /** Null where the cloud tells of none. */
  quota: SnapshotQuota | null;
  /** Absent where the policy asks for no copies. */
  copies?: CopiesLook;
  /** What cannot be seen, or is worth knowing, a sentence each. */
  notes: readonly string[];
};

/** Pure: what was made and can be restored. */
export function isUsable({ status, at }: CloudSnapshot): boolean {
  return status === 'available' && at !== null;
}
