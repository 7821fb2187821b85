import {
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ListTagsForResourceCommand,
  type ElastiCacheClient,
  type ReplicationGroup,
  type Snapshot,
} from '@aws-sdk/client-elasticache';
import { NAME_PREFIX } from '../../../backups/snapshots/name.ts';
import type { CloudSnapshot, SnapshotsLook } from '../../../core/cloud-snapshot.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { UnknownIdentifier } from '../../ask-cloud.ts';
import { awsRefusal } from '../../aws-refusal.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { groupNameOf } from '../nodes.ts';
import { exportsSeen } from './exports-seen.ts';
import { snapshotSeen } from './seen.ts';
import { notesOf } from './source.ts';
import { MOST_A_DAY } from './words.ts';

export type Work = { spec: TargetSpec; access: CloudAccess; settings: CloudClient; client: ElastiCacheClient };

const MOST_SNAPSHOTS = 500;
/** Each is a call of its own. */
const MOST_TAGS = 40;
const DAY_MS = 86_400_000;

export async function groupOf({ client, spec }: Work): Promise<ReplicationGroup> {
  const ReplicationGroupId = groupNameOf(spec);
  const { ReplicationGroups: [group] = [] } = await client.send(
    new DescribeReplicationGroupsCommand({ ReplicationGroupId }),
  );
  if (!group) throw new UnknownIdentifier(`ElastiCache knows no replication group ${ReplicationGroupId}`);
  return group;
}

/** As AWS tells of it; undefined where it does not know it. */
export async function described({ client }: Work, SnapshotName: string): Promise<Snapshot | undefined> {
  try {
    const { Snapshots: [found] = [] } = await client.send(new DescribeSnapshotsCommand({ SnapshotName }));
    return found;
  } catch (thrown) {
    if ('absent' in awsRefusal(thrown)) return undefined;
    throw thrown;
  }
}

/** Describe… shows no tags; only what has our name can be ours. */
export async function withTags({ client, spec }: Work, snapshot: Snapshot): Promise<CloudSnapshot> {
  const { SnapshotName: name = '', ARN } = snapshot;
  const isAsked = name.startsWith(NAME_PREFIX) && ARN !== undefined;
  if (!isAsked) return snapshotSeen(spec.name, snapshot, []);
  const { TagList = [] } = await client.send(new ListTagsForResourceCommand({ ResourceName: ARN }));
  return snapshotSeen(spec.name, snapshot, TagList);
}

/** All that ElastiCache knows of the snapshots of a group, with the exports that the policy asks for. */
export async function lookAt(work: Work): Promise<SnapshotsLook> {
  const group = await groupOf(work);
  const { ReplicationGroupId: source = '', SnapshotRetentionLimit: days = 0, SnapshotWindow: window } = group;
  const found = (await all(work)).filter((one) => isOf(group, one)).toSorted(newestFirst);
  const ours = found.filter(({ SnapshotName = '' }) => SnapshotName.startsWith(NAME_PREFIX)).slice(0, MOST_TAGS);
  const snapshots = await Promise.all(
    found.map(async (one) => (ours.includes(one) ? withTags(work, one) : snapshotSeen(work.spec.name, one, []))),
  );
  const sinceMs = work.access.now() - DAY_MS;
  const used = snapshots.filter(({ by, at }) => by !== 'cloud' && at !== null && Date.parse(at) > sinceMs).length;
  const copies = await exportsSeen(work, found, snapshots);
  return {
    cloud: 'ElastiCache',
    region: work.settings.region,
    source,
    snapshots,
    automated: { days, window: days > 0 ? (window ?? null) : null, anySecond: null },
    quota: { what: 'manual snapshots of this group within 24 h', used, most: MOST_A_DAY },
    ...(copies === undefined ? {} : { copies }),
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
