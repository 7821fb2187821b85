import { CopySnapshotCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { isUsable, type CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { CloudCopies, SnapshotStanding } from '../../../targets/cloud-snapshots.ts';
import { askCloud } from '../../ask-cloud.ts';
import { operatorRoleOf } from '../../failover-role.ts';
import { orderAs, type OrderAnswer } from '../../order-once.ts';
import { followSnapshot, takeSnapshot, type SnapshotMaker } from '../../take-snapshot.ts';
import { exportOf, listed } from './exports-seen.ts';
import { described, withTags, type Work } from './look.ts';
import { EXPORT_WORDS } from './words.ts';

const RIGHTS = [
  { action: 'elasticache:DescribeSnapshots', resource: 'snapshot:*' },
  { action: 'elasticache:ListTagsForResource', resource: 'snapshot:*' },
] as const;

/** What ElastiCache asks of S3 in the name of whoever exports. https://docs.aws.amazon.com/AmazonElastiCache/latest/red-ug/IAM.APIReference.html */
const BUCKET_ACTION = ['s3:GetBucketLocation'] as const;
const ALL_BUCKETS_ACTION = ['s3:ListAllMyBuckets'] as const;

/** Brings snapshots of a group into a bucket of its region, as one .rdb file a shard. */
export function openExports(work: Work, bucket: string): CloudCopies {
  return {
    where: bucket,
    begin: async ({ name, leave }): Promise<SnapshotStanding> => {
      const seen = await askCloud(work.spec, work.access, RIGHTS, () => makerOf(work, bucket, name));
      if ('sample' in seen) {
        const { maker, run } = seen.sample;
        // Where the bucket cannot be listed, AWS itself refuses what is in it already.
        return takeSnapshot(
          { ...maker, named: (wanted) => maker.named(wanted).catch(() => undefined) },
          { name, run, leave },
        );
      }
      return { ended: 'refused', why: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    follow: async ({ name, leave }) => {
      const { maker, run, of } = await makerOf(work, bucket, name);
      const said = await followSnapshot(maker, { name, run, leave }).catch(() => undefined);
      if (said) return said;
      // The bucket cannot be listed: that AWS is done with it is all that is known.
      return of && isUsable(of) ? { ended: 'taken', snapshot: notLookedAt(of, bucket) } : { ended: 'unseen' };
    },
  };
}

async function makerOf(
  work: Work,
  bucket: string,
  name: string,
): Promise<{ maker: SnapshotMaker; run: string; of: CloudSnapshot | undefined }> {
  const snapshot = await described(work, name);
  const of = snapshot && (await withTags(work, snapshot));
  const shards = snapshot?.NodeSnapshots?.length ?? 1;
  const maker: SnapshotMaker = {
    source: of?.source ?? '',
    whyNot: whyNotExported(name, of),
    left: async () => null,
    named: async () => {
      if (of?.status === 'exporting') return { ...notLookedAt(of, bucket), status: of.status };
      const objects = await listed(work.access, bucket, name);
      return objects.length === 0 ? undefined : exportOf({ name, bucket, shards, of }, objects);
    },
    create: async () => (of ? exportNow(work, bucket, of) : { refused: `AWS does not show ${name} any more` }),
  };
  return { maker, run: of?.run ?? '', of };
}

/** Pure: why a snapshot cannot be exported, as a sentence. */
function whyNotExported(name: string, of: CloudSnapshot | undefined): string | undefined {
  if (!of) return `AWS does not show ${name}, so that there is nothing to export.`;
  if (of.by !== 'nightshift') return `${name} lacks our tags; what others made is not exported.`;
  return isUsable(of) ? undefined : `${name} is ${of.status}: ElastiCache exports what is available.`;
}

function notLookedAt(of: CloudSnapshot, bucket: string): CloudSnapshot {
  return { ...of, id: `s3://${bucket}/${of.name}`, sizeBytes: null };
}

/** The name is taken in the bucket once it is there, so that a second order is refused. https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CopySnapshot.html */
function exportNow({ access, settings }: Work, bucket: string, { name, id }: CloudSnapshot): Promise<OrderAnswer> {
  const [, partition = 'aws'] = id.split(':');
  return orderAs(operatorRoleOf(access), settings, {
    name,
    runId: access.copyingFor,
    right: {
      action: ['elasticache:CopySnapshot', 'elasticache:AddTagsToResource'],
      resources: [id],
      besides: [
        { action: BUCKET_ACTION, resources: [`arn:${partition}:s3:::${bucket}`] },
        { action: ALL_BUCKETS_ACTION, resources: ['*'] },
      ],
    },
    client: (made) => new ElastiCacheClient(made),
    send: (client) =>
      client.send(
        new CopySnapshotCommand({ SourceSnapshotName: name, TargetSnapshotName: name, TargetBucket: bucket }),
      ),
    words: EXPORT_WORDS,
  });
}
