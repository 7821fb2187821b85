import {
  CreateSnapshotCommand,
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  type ReplicationGroup,
  type Snapshot,
} from '@aws-sdk/client-elasticache';
import type { CloudSnapshot, SnapshotsLook } from '../../../core/cloud-snapshot.ts';
import { NAME_PREFIX } from '../../../backups/snapshots/name.ts';
import type { CloudSnapshots, SnapshotOrder, SnapshotStanding } from '../../../targets/cloud-snapshots.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud, UnknownIdentifier } from '../../ask-cloud.ts';
import { awsRefusal } from '../../aws-refusal.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { operatorRoleOf } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import type { RefusalWords } from '../../order-refusal.ts';
import { tagsOf } from '../../snapshot-tags.ts';
import { followSnapshot, takeSnapshot, type SnapshotMaker } from '../../take-snapshot.ts';
import { groupNameOf } from '../nodes.ts';
import { snapshotSeen } from './seen.ts';
import { notesOf, sourceOf, whyNotNow } from './source.ts';

const RIGHTS = [
  { action: 'elasticache:DescribeReplicationGroups', resource: 'replicationgroup:*' },
  { action: 'elasticache:DescribeSnapshots', resource: 'snapshot:*' },
  { action: 'elasticache:ListTagsForResource', resource: 'snapshot:*' },
] as const;

const MOST_SNAPSHOTS = 500;
/** Each is a call of its own. */
const MOST_TAGS = 40;
/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html: manual ones of a node in 24 hours. */
const MOST_A_DAY = 20;
const DAY_MS = 86_400_000;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateSnapshot.html */
const WORDS: RefusalWords = [
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

type Work = { spec: TargetSpec; access: CloudAccess; settings: CloudClient; client: ElastiCacheClient };

/** Snapshots of the replication group of a target. */
export function openSnapshots(work: Work): CloudSnapshots {
  const { spec, access } = work;
  return {
    look: () => askCloud(spec, access, RIGHTS, () => lookAt(work)),
    take: async (order): Promise<SnapshotStanding> => {
      const seen = await askCloud(spec, access, RIGHTS, async () => makerOf(work, await groupOf(work)));
      if ('sample' in seen) return takeSnapshot(seen.sample, order);
      return { ended: 'refused', why: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    follow: async (order) => followSnapshot(makerOf(work, await groupOf(work)), order),
  };
}

async function groupOf({ client, spec }: Work): Promise<ReplicationGroup> {
  const ReplicationGroupId = groupNameOf(spec);
  const { ReplicationGroups: [group] = [] } = await client.send(
    new DescribeReplicationGroupsCommand({ ReplicationGroupId }),
  );
  if (!group) throw new UnknownIdentifier(`ElastiCache knows no replication group ${ReplicationGroupId}`);
  return group;
}

function makerOf(work: Work, group: ReplicationGroup): SnapshotMaker {
  return {
    source: group.ReplicationGroupId ?? '',
    whyNot: whyNotNow(group),
    // Its quota is that of a day, and no schedule comes near it.
    left: async () => null,
    named: (name) => named(work, name),
    create: (order) => create(work, group, order),
  };
}

async function named(work: Work, SnapshotName: string): Promise<CloudSnapshot | undefined> {
  try {
    const { Snapshots: [found] = [] } = await work.client.send(new DescribeSnapshotsCommand({ SnapshotName }));
    return found && (await withTags(work, found));
  } catch (thrown) {
    if ('absent' in awsRefusal(thrown)) return undefined;
    throw thrown;
  }
}

/** Describe… shows no tags; only what has our name can be ours. */
async function withTags({ client, spec }: Work, snapshot: Snapshot): Promise<CloudSnapshot> {
  const { SnapshotName: name = '', ARN } = snapshot;
  const isAsked = name.startsWith(NAME_PREFIX) && ARN !== undefined;
  if (!isAsked) return snapshotSeen(spec.name, snapshot, []);
  const { TagList = [] } = await client.send(new ListTagsForResourceCommand({ ResourceName: ARN }));
  return snapshotSeen(spec.name, snapshot, TagList);
}

async function lookAt(work: Work): Promise<SnapshotsLook> {
  const group = await groupOf(work);
  const { ReplicationGroupId: source = '', SnapshotRetentionLimit: days = 0, SnapshotWindow: window } = group;
  const found = (await all(work)).filter((one) => isOf(group, one)).toSorted(newestFirst);
  const ours = found.filter(({ SnapshotName = '' }) => SnapshotName.startsWith(NAME_PREFIX)).slice(0, MOST_TAGS);
  const snapshots = await Promise.all(
    found.map(async (one) => (ours.includes(one) ? withTags(work, one) : snapshotSeen(work.spec.name, one, []))),
  );
  const sinceMs = work.access.now() - DAY_MS;
  const used = snapshots.filter(({ by, at }) => by !== 'cloud' && at !== null && Date.parse(at) > sinceMs).length;
  return {
    cloud: 'ElastiCache',
    region: work.settings.region,
    source,
    snapshots,
    automated: { days, window: days > 0 ? (window ?? null) : null, anySecond: null },
    quota: { what: 'manual snapshots of this group within 24 h', used, most: MOST_A_DAY },
    notes: notesOf(group),
  };
}

/** All of the region: those of a node do not say in every case of which group it is. */
async function all({ client }: Work): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  let Marker: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- one page after another
    const page = await client.send(new DescribeSnapshotsCommand({ Marker }));
    found.push(...(page.Snapshots ?? []));
    ({ Marker } = page);
  } while (Marker !== undefined && found.length < MOST_SNAPSHOTS);
  return found;
}

function isOf({ ReplicationGroupId: name, MemberClusters: nodes = [] }: ReplicationGroup, snapshot: Snapshot): boolean {
  const { ReplicationGroupId: group, CacheClusterId: node } = snapshot;
  return group === undefined ? node !== undefined && nodes.includes(node) : group === name;
}

function newestFirst(one: Snapshot, other: Snapshot): number {
  const timeOf = ({ NodeSnapshots: [first] = [] }: Snapshot) => first?.SnapshotCreateTime?.getTime() ?? Infinity;
  return timeOf(one) < timeOf(other) ? 1 : -1;
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
    words: WORDS,
  });
}
