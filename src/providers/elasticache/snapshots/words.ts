import type { RefusalWords } from '../../order-refusal.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html: manual ones of a node in 24 hours. */
export const MOST_A_DAY = 20;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateSnapshot.html */
export const SNAPSHOT_WORDS: RefusalWords = [
  [
    /^SnapshotQuotaExceeded/,
    (name) => `ElastiCache takes ${MOST_A_DAY} snapshots of a node in 24 hours, and ${name} has had them`,
  ],
  [/^SnapshotAlreadyExists/, (name) => `there is a snapshot of this name of ${name} already`],
  [/^SnapshotFeatureNotSupported/, (name) => `ElastiCache takes no snapshots of nodes of the type of ${name}`],
  [
    /^InvalidReplicationGroupState|^InvalidCacheClusterState/,
    (name) => `AWS says that ${name} is busy, and takes no snapshot now`,
  ],
  [/^ReplicationGroupNotFound|^CacheClusterNotFound/, (name) => `AWS does not know ${name}`],
  [
    /AccessDenied|UnauthorizedOperation|NotAuthorized/,
    () => 'the operator role may not do it: look at docs/permissions.md',
  ],
];

/** What AWS says of the bucket itself comes in its own words. https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CopySnapshot.html */
export const EXPORT_WORDS: RefusalWords = [
  [
    /^InvalidParameterValue|^InvalidParameterCombination/,
    () =>
      'the bucket of copyTo is not one that ElastiCache can put into: it has to be in the region of the group and to grant ElastiCache what docs/backups.md names, and a group with data tiering exports nothing',
  ],
  [/^InvalidSnapshotState/, (name) => `ElastiCache exports what is available, and ${name} is not`],
  [/^SnapshotNotFound/, (name) => `AWS does not know ${name} any more`],
  ...SNAPSHOT_WORDS,
];

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteSnapshot.html */
export const DELETE_WORDS: RefusalWords = [
  [/^SnapshotNotFound/, () => 'it is gone already'],
  [/^InvalidSnapshotState/, () => 'AWS is at work with it'],
  [
    /AccessDenied|UnauthorizedOperation|NotAuthorized/,
    () => 'the expiry role may not delete it: it lacks our tags, or is pinned; look at docs/permissions.md',
  ],
];
