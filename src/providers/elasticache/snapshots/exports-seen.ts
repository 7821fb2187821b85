import type { Snapshot } from '@aws-sdk/client-elasticache';
import { nameBegin } from '../../../backups/snapshots/name.ts';
import type { StoredObject } from '../../../core/backup-store.ts';
import type { CloudSnapshot, CopiesLook } from '../../../core/cloud-snapshot.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { CloudAccess } from '../../cloud-access.ts';

type Work = { spec: TargetSpec; access: Pick<CloudAccess, 'listBucket'> };

/** `nightshift-shop-cache-20261129-05ed3501-0001.rdb`: one of each shard. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html */
const EXPORTED = /^(.+-\d{8}-[0-9a-f]{8})(?:-\d{4})?\.rdb$/;

/** The bucket that the policy of a group names; undefined where it names none. */
export function exportBucket({ backup }: TargetSpec): string | undefined {
  const place = backup?.copyTo;
  return place?.kind === 'bucket' ? place.bucket : undefined;
}

/** What was exported into the bucket of the policy: whole where every shard of its snapshot is there with bytes in it. */
export async function exportsSeen(
  { spec, access }: Work,
  described: readonly Snapshot[],
  snapshots: readonly CloudSnapshot[],
): Promise<CopiesLook | undefined> {
  const bucket = exportBucket(spec);
  if (bucket === undefined) return undefined;
  try {
    const objects = await listed(access, bucket, `${nameBegin(spec.name)}-`);
    const names = [...new Set(objects.flatMap(({ key }) => EXPORTED.exec(key)?.[1] ?? []))];
    const copies = names
      .filter((name) => name.slice(nameBegin(spec.name).length).split('-').length === 3)
      .map((name) => {
        const of = snapshots.find((one) => one.name === name);
        const shards = described.find(({ SnapshotName }) => SnapshotName === name)?.NodeSnapshots?.length ?? 1;
        return exportOf({ name, bucket, shards, of }, objects);
      });
    return { where: bucket, copies, quota: null };
  } catch (thrown) {
    return { where: bucket, unseen: unseenWords(bucket, thrown) };
  }
}

/** Pure: the objects of one export as one copy. What AWS deleted since keeps the time at which it was put. */
export function exportOf(
  { name, bucket, shards, of }: { name: string; bucket: string; shards: number; of: CloudSnapshot | undefined },
  objects: readonly StoredObject[],
): CloudSnapshot {
  const own = objects.filter(({ key }) => EXPORTED.exec(key)?.[1] === name);
  const isWhole = own.length >= shards && own.every(({ sizeBytes }) => sizeBytes > 0);
  const putAt = own.map(({ modifiedAt }) => modifiedAt).toSorted()[0] ?? null;
  return {
    name,
    id: `s3://${bucket}/${name}`,
    source: of?.source ?? '',
    by: 'nightshift',
    run: of?.run ?? null,
    status: isWhole ? 'available' : of?.status === 'exporting' ? 'exporting' : `${own.length} of ${shards} files`,
    percent: null,
    at: of?.at ?? putAt,
    sizeBytes: own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    encrypted: null,
    pinned: false,
    provenAt: null,
  };
}

/** Throws where the bucket may not be listed, or does not answer. */
export async function listed(
  { listBucket }: Pick<CloudAccess, 'listBucket'>,
  bucket: string,
  prefix: string,
): Promise<readonly StoredObject[]> {
  if (!listBucket) throw new Error('nobody looks into buckets here');
  return listBucket(bucket, prefix);
}

export function unseenWords(bucket: string, thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return `${message}. Allow s3:ListBucket on ${bucket} to the role of run.`;
}
