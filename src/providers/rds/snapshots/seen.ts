import type { DBClusterSnapshot, DBSnapshot } from '@aws-sdk/client-rds';
import type { CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import { cutAt, isOurs, PIN_TAG, PROVEN_TAG, RUN_TAG, tagValue } from '../../snapshot-tags.ts';

const GIB = 1024 ** 3;

/** Pure: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html. The size is that of the volume where nothing better is told. */
export function ofInstance(target: string, snapshot: DBSnapshot): CloudSnapshot {
  const { DBSnapshotIdentifier: name = '', DBSnapshotArn: id = '', DBInstanceIdentifier: source = '' } = snapshot;
  const { OriginalSnapshotCreateTime: original, SnapshotCreateTime: created, FullSnapshotSizeInBytes: full } = snapshot;
  return {
    ...common(target, name, snapshot),
    name,
    id,
    source,
    at: cutAt(target, name, snapshot.TagList) ?? (original ?? created)?.toISOString() ?? null,
    sizeBytes: full ?? volumeBytes(snapshot.AllocatedStorage),
    encrypted: snapshot.Encrypted ?? null,
  };
}

/** Pure: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterSnapshot.html. The volume of Aurora may be told as 0 or 1 GiB. */
export function ofCluster(target: string, snapshot: DBClusterSnapshot): CloudSnapshot {
  const { DBClusterSnapshotIdentifier: name = '', DBClusterSnapshotArn: id = '', DBClusterIdentifier = '' } = snapshot;
  return {
    ...common(target, name, snapshot),
    name,
    id,
    source: DBClusterIdentifier,
    at: cutAt(target, name, snapshot.TagList) ?? snapshot.SnapshotCreateTime?.toISOString() ?? null,
    sizeBytes: volumeBytes(snapshot.AllocatedStorage),
    encrypted: snapshot.StorageEncrypted ?? null,
  };
}

type Told = Pick<DBSnapshot & DBClusterSnapshot, 'Status' | 'SnapshotType' | 'PercentProgress' | 'TagList'>;

function common(target: string, name: string, { Status, SnapshotType, PercentProgress, TagList: tags }: Told) {
  return {
    by: byOf(target, name, { SnapshotType, TagList: tags }),
    run: tagValue(tags, RUN_TAG),
    status: Status ?? 'unknown',
    percent: PercentProgress ?? null,
    pinned: tagValue(tags, PIN_TAG) !== null,
    provenAt: tagValue(tags, PROVEN_TAG),
  };
}

function byOf(
  target: string,
  name: string,
  { SnapshotType, TagList }: Pick<Told, 'SnapshotType' | 'TagList'>,
): CloudSnapshot['by'] {
  if (SnapshotType === 'automated') return 'cloud';
  return SnapshotType === 'manual' && isOurs(target, name, TagList) ? 'nightshift' : 'others';
}

function volumeBytes(gibibytes: number | undefined): number | null {
  return gibibytes === undefined || gibibytes <= 1 ? null : gibibytes * GIB;
}
