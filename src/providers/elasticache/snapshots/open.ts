import {
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  ElastiCacheClient,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import type { CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { CloudSnapshots, SnapshotOrder, SnapshotStanding } from '../../../targets/cloud-snapshots.ts';
import { askCloud } from '../../ask-cloud.ts';
import { expiredIn, removeExpired } from '../../expired-snapshots.ts';
import { expiryRoleOf, operatorRoleOf } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import { tagsOf } from '../../snapshot-tags.ts';
import { followSnapshot, takeSnapshot, type SnapshotMaker } from '../../take-snapshot.ts';
import { openExports } from './export.ts';
import { exportBucket } from './exports-seen.ts';
import { described, groupOf, lookAt, withTags, type Work } from './look.ts';
import { sourceOf, whyNotNow } from './source.ts';
import { DELETE_WORDS, SNAPSHOT_WORDS } from './words.ts';

const RIGHTS = [
  { action: 'elasticache:DescribeReplicationGroups', resource: 'replicationgroup:*' },
  { action: 'elasticache:DescribeSnapshots', resource: 'snapshot:*' },
  { action: 'elasticache:ListTagsForResource', resource: 'snapshot:*' },
] as const;

/** Snapshots of the replication group of a target. */
export function openSnapshots(work: Work): CloudSnapshots {
  const { spec, access } = work;
  const bucket = exportBucket(spec);
  const look = () => askCloud(spec, access, RIGHTS, () => lookAt(work));
  return {
    look,
    take: async (order): Promise<SnapshotStanding> => {
      const seen = await askCloud(spec, access, RIGHTS, async () => makerOf(work, await groupOf(work)));
      if ('sample' in seen) return takeSnapshot(seen.sample, order);
      return { ended: 'refused', why: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    follow: async (order) => followSnapshot(makerOf(work, await groupOf(work)), order),
    ...(bucket === undefined ? {} : { copies: openExports(work, bucket) }),
    expired: async () => expiredIn(spec, access, await look()),
    remove: async (approved) =>
      removeExpired(spec, access, await look(), approved, (_where, snapshot) => erase(work, snapshot)),
  };
}

function makerOf(work: Work, group: ReplicationGroup): SnapshotMaker {
  return {
    source: group.ReplicationGroupId ?? '',
    whyNot: whyNotNow(group),
    // Its quota is that of a day, and no schedule comes near it.
    left: async () => null,
    named: async (name) => {
      const found = await described(work, name);
      return found && (await withTags(work, found));
    },
    create: (order) => create(work, group, order),
  };
}

function create({ settings, access, spec }: Work, group: ReplicationGroup, { name, run }: SnapshotOrder) {
  const { ReplicationGroupId: id = '', ARN: arn = '' } = group;
  const { source } = sourceOf(group);
  const place = arn.split(':').slice(0, 5).join(':');
  const of = 'CacheClusterId' in source ? `${place}:cluster:${source.CacheClusterId}` : arn;
  return orderAs(operatorRoleOf(access), settings, {
    name: id,
    runId: access.copyingFor,
    right: {
      action: ['elasticache:CreateSnapshot', 'elasticache:AddTagsToResource'],
      resources: [of, `${place}:snapshot:${name}`],
    },
    client: (made) => new ElastiCacheClient(made),
    send: (client) =>
      client.send(new CreateSnapshotCommand({ ...source, SnapshotName: name, Tags: tagsOf(spec.name, run) })),
    words: SNAPSHOT_WORDS,
  });
}

/** Orders that a snapshot of ours be deleted, as the role that may do nothing else. */
function erase({ settings, access }: Work, { name, id }: CloudSnapshot) {
  return orderAs(expiryRoleOf(access), settings, {
    name,
    runId: access.actingFor,
    right: { action: 'elasticache:DeleteSnapshot', resources: [id] },
    client: (made) => new ElastiCacheClient(made),
    send: (client) => client.send(new DeleteSnapshotCommand({ SnapshotName: name })),
    words: DELETE_WORDS,
  });
}
