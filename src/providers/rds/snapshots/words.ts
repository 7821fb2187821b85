import type { RefusalWords } from '../../order-refusal.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html, and those of clusters, of copies. */
export const SNAPSHOT_WORDS: RefusalWords = [
  [
    /^SnapshotQuotaExceeded/,
    () => 'the account has as many manual snapshots as it may: `/db backups` says which of ours are no longer wanted',
  ],
  [/^DB(Cluster)?SnapshotAlreadyExists/, (name) => `there is a snapshot of this name of ${name} already`],
  [/^InvalidDB(Instance|Cluster)State/, (name) => `AWS says that ${name} is busy, and takes no snapshot now`],
  [/^InvalidDB(Cluster)?SnapshotState/, (name) => `AWS says that a snapshot of ${name} is in the way`],
  [/^DB(Instance|Cluster)NotFound/, (name) => `AWS does not know ${name}`],
  [/^DB(Cluster)?SnapshotNotFound/, (name) => `AWS does not know the snapshot of ${name} any more`],
  [/^KMSKeyNotAccessible/, (name) => `AWS cannot reach the key that ${name} is encrypted with`],
  [
    /AccessDenied|UnauthorizedOperation|NotAuthorized/,
    () => 'the operator role may not do it: look at docs/permissions.md',
  ],
];

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBSnapshot.html */
export const COPY_WORDS: RefusalWords = [
  [
    /^SnapshotQuotaExceeded/,
    () => 'the region that copies go to has as many manual snapshots, or copies on their way, as it may',
  ],
  [/^InvalidDB(Cluster)?SnapshotState/, (name) => `AWS copies what is available, and ${name} is not`],
  [/^KMSKeyNotAccessible/, () => 'AWS cannot reach the key of copyTo.kmsKey, which has to be one of that region'],
  ...SNAPSHOT_WORDS,
];

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html */
export const DELETE_WORDS: RefusalWords = [
  [/^DB(Cluster)?SnapshotNotFound/, () => 'it is gone already'],
  [/^InvalidDB(Cluster)?SnapshotState/, () => 'AWS is at work with it'],
  [
    /AccessDenied|UnauthorizedOperation|NotAuthorized/,
    () => 'the expiry role may not delete it: it lacks our tags, or is pinned; look at docs/permissions.md',
  ],
];
