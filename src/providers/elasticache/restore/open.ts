import {
  AddTagsToResourceCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  type CacheCluster,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { newestUsable } from '../../../backups/snapshots/about.ts';
import { NAME_PREFIX, snapshotName } from '../../../backups/snapshots/name.ts';
import { isUsable, type CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type {
  CloudRestore,
  RestoreAsk,
  RestoreLook,
  RestoreOrder,
  RestoreResult,
} from '../../../targets/cloud-restore.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud, UnknownIdentifier } from '../../ask-cloud.ts';
import { awsRefusal } from '../../aws-refusal.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { operatorRoleOf } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import { PROVEN_TAG, RUN_TAG, tagValue } from '../../snapshot-tags.ts';
import { groupNameOf } from '../nodes.ts';
import { openSnapshots } from '../snapshots/open.ts';
import { orderGroup, RESTORE_WORDS } from './order.ts';
import { restoreLook, settingsOf, whyNotLike } from './settings.ts';

const RIGHTS = [
  { action: 'elasticache:DescribeReplicationGroups', resource: 'replicationgroup:*' },
  { action: 'elasticache:DescribeCacheClusters', resource: 'cluster:*' },
] as const;
/** A group has 40 characters for its name. */
const MOST_OF_TARGET = 11;
/** So long Describe… may be behind an order. */
const UNSEEN_MS = 180_000;

type Work = { spec: TargetSpec; access: CloudAccess; settings: CloudClient; client: ElastiCacheClient };
type Source = { snapshot: CloudSnapshot; group: ReplicationGroup; node: CacheCluster | undefined };

/** Makes a new replication group of a snapshot. */
export function openRestore(work: Work): CloudRestore {
  const { spec, access } = work;
  return {
    look: async (asked) => {
      const role = operatorRoleOf(access);
      if (role.arn === undefined) return { refused: role.whyNone };
      const seen = await askCloud(spec, access, RIGHTS, () => lookAt(work, asked));
      if ('sample' in seen) return seen.sample;
      return { refused: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    begin: (order) => begin(work, order),
    follow: (order, begunAt) => follow(work, order, begunAt),
  };
}

async function lookAt(work: Work, { from, to, run, at }: RestoreAsk): Promise<RestoreLook | { refused: string }> {
  if (to !== null)
    return { refused: 'ElastiCache keeps nothing between its snapshots: say which one, `from=…`, or nothing' };
  const found = await sourceOf(work, from);
  if ('refused' in found) return found;
  const as = snapshotName(work.spec.name.slice(0, MOST_OF_TARGET), run, at);
  if (await groupNamed(work, as)) return { refused: `there is a ${as} already, and nothing is restored over it` };
  const settings = settingsOf(found.snapshot, found.group, found.node);
  return restoreLook(found.snapshot, settings, { as, source: found.group.ReplicationGroupId ?? '' });
}

async function sourceOf(work: Work, from: string | null): Promise<Source | { refused: string }> {
  const { spec, client } = work;
  const name = groupNameOf(spec);
  const group = await groupNamed(work, name);
  if (!group) throw new UnknownIdentifier(`ElastiCache knows no replication group ${name}`);
  const unlike = whyNotLike(group);
  if (unlike !== undefined) return { refused: unlike };
  const seen = await openSnapshots(work).look();
  if (!('sample' in seen)) return { refused: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
  const { snapshots } = seen.sample;
  const snapshot = from === null ? newestUsable(snapshots) : snapshots.find((one) => one.name === from);
  if (!snapshot)
    return { refused: `there is no snapshot ${from ?? ''} of ${name}: \`backups ${spec.name}\` lists them` };
  if (!isUsable(snapshot)) return { refused: `${snapshot.name} is ${snapshot.status}, and cannot be restored` };
  const [CacheClusterId] = group.MemberClusters ?? [];
  const { CacheClusters: [node] = [] } =
    CacheClusterId === undefined ? {} : await client.send(new DescribeCacheClustersCommand({ CacheClusterId }));
  return { snapshot, group, node };
}

async function groupNamed({ client }: Work, ReplicationGroupId: string): Promise<ReplicationGroup | undefined> {
  try {
    const said = await client.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId }));
    return said.ReplicationGroups?.[0];
  } catch (thrown) {
    if ('absent' in awsRefusal(thrown)) return undefined;
    throw thrown;
  }
}

/** Compares with what was approved right before it acts. */
async function begin(work: Work, order: RestoreOrder): Promise<RestoreResult> {
  const seen = await askCloud(work.spec, work.access, RIGHTS, async () => ({
    found: await sourceOf(work, order.from),
    there: await groupNamed(work, order.as),
  }));
  if (!('sample' in seen))
    return { ended: 'not-done', why: 'AWS could not be asked how it stands, and nothing was ordered.' };
  const { found, there } = seen.sample;
  if ('refused' in found) return { ended: 'not-done', why: `${found.refused}.` };
  if (there) return { ended: 'not-done', why: `There is a ${order.as} already, and nothing is restored over it.` };
  const now = settingsOf(found.snapshot, found.group, found.node);
  const changed = Object.keys({ ...now, ...order.settings }).find((name) => now[name] !== order.settings[name]);
  if (changed !== undefined) return { ended: 'not-done', why: `What was approved has changed: ${changed}.` };
  const place = (found.group.ARN ?? '').split(':').slice(0, 5).join(':');
  const answer = await orderGroup(work, order, place);
  if ('refused' in answer) return { ended: 'not-done', why: answer.refused };
  return { ended: 'under-way', phase: `AWS has taken the order to make ${order.as}.` };
}

async function follow(work: Work, { as, from, settings }: RestoreOrder, begunAt: string): Promise<RestoreResult> {
  const { access } = work;
  const group = await groupNamed(work, as);
  if (!group) {
    const isEarly = access.now() - Date.parse(begunAt) < UNSEEN_MS;
    if (isEarly) return { ended: 'under-way', phase: `AWS does not show ${as} yet.` };
    return { ended: 'not-done', why: `AWS does not show ${as}: it was not made.` };
  }
  if ((await runOf(work, group)) !== (access.settlingFor ?? access.actingFor ?? ''))
    return { ended: 'not-done', why: `There is a ${as} that this run did not make; it was left alone.` };
  const said = groupBecame(as, group);
  if (said.ended !== 'restored') return said;
  return { ...said, proof: await keepProof(work, from, settings['snapshot'] ?? '') };
}

async function runOf({ client }: Work, { ARN }: ReplicationGroup): Promise<string | null> {
  const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceName: ARN }));
  return tagValue(TagList, RUN_TAG);
}

/** Pure: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html */
function groupBecame(as: string, group: ReplicationGroup): RestoreResult {
  const { Status: status = 'unknown', ConfigurationEndpoint, NodeGroups: [shard] = [] } = group;
  if (/^(create-failed|deleting)/.test(status)) return { ended: 'failed', why: `AWS says that ${as} is ${status}.` };
  if (status !== 'available') return { ended: 'under-way', phase: `${as} is ${status}.` };
  const { Address: host = '', Port: port = 6379 } = ConfigurationEndpoint ?? shard?.PrimaryEndpoint ?? {};
  return { ended: 'restored', as, host, port, proof: '' };
}

/** On one of our own alone: the operator role may tag no other. */
async function keepProof({ settings, access }: Work, from: string, ResourceName: string): Promise<string> {
  if (!from.startsWith(NAME_PREFIX)) return `${from} is none of ours, so that it was not noted there.`;
  const Tags = [{ Key: PROVEN_TAG, Value: new Date(access.now()).toISOString() }];
  const answer = await orderAs(operatorRoleOf(access), settings, {
    name: from,
    runId: access.settlingFor ?? access.actingFor,
    right: { action: 'elasticache:AddTagsToResource', resources: [ResourceName] },
    client: (asRole) => new ElastiCacheClient(asRole),
    send: (asRole) => asRole.send(new AddTagsToResourceCommand({ ResourceName, Tags })),
    words: RESTORE_WORDS,
  }).catch(() => ({ refused: 'AWS did not answer.' }));
  return 'taken' in answer ? `Noted on ${from}.` : `It could not be noted on ${from}: ${answer.refused}`;
}
