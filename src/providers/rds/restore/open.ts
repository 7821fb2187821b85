import { AddTagsToResourceCommand, RDSClient } from '@aws-sdk/client-rds';
import { NAME_PREFIX, snapshotName } from '../../../backups/snapshots/name.ts';
import type { DrillPlace } from '../../../core/backup-policy.ts';
import type {
  CloudRestore,
  RestoreAsk,
  RestoreLook,
  RestoreOrder,
  RestoreResult,
} from '../../../targets/cloud-restore.ts';
import { askCloud } from '../../ask-cloud.ts';
import { operatorRoleOf, type AssumedRole } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import { PROVEN_TAG, RUN_TAG } from '../../snapshot-tags.ts';
import { INSTANCES_RIGHT } from '../instances.ts';
import { clusterBecame, restoreBecame } from './became.ts';
import { orderMember, orderRestore, type Making } from './order.ts';
import { restoreLook } from './plan.ts';
import { pointOf } from './point.ts';
import { settingsOf } from './settings.ts';
import { clusterNamed, instanceNamed, sourceOf, type RestoreSource, type RestoreWork } from './source.ts';
import { RESTORE_WORDS } from './words.ts';

export const RESTORE_RIGHTS = [
  INSTANCES_RIGHT,
  { action: 'rds:DescribeDBClusters', resource: 'cluster:*' },
  { action: 'rds:DescribeDBSnapshots', resource: 'snapshot:*' },
  { action: 'rds:DescribeDBClusterSnapshots', resource: 'cluster-snapshot:*' },
] as const;

/** What a restore is for: as whom, under which name, how it is marked, and in a drill where. */
export type RestorePurpose = {
  role: AssumedRole;
  nameOf(asked: Pick<RestoreAsk, 'run' | 'at'>): string;
  tags: { Key: string; Value: string }[];
  drill: DrillPlace | undefined;
};

/** Makes a new instance, or a new cluster, of a snapshot or of a moment. */
export function openRestore(work: RestoreWork): CloudRestore {
  const { spec, access } = work;
  const purpose: RestorePurpose = {
    role: operatorRoleOf(access),
    nameOf: ({ run, at }) => snapshotName(spec.name, run, at),
    tags: [],
    drill: undefined,
  };
  const restores = restoresFor(work, purpose);
  return {
    ...restores,
    follow: async (order, begunAt) => {
      const said = await restores.follow(order, begunAt);
      return said.ended === 'restored' ? { ...said, proof: await keepProof(work, order) } : said;
    },
  };
}

/** The same for another purpose; what is restored is noted nowhere. */
export function restoresFor(work: RestoreWork, purpose: RestorePurpose): CloudRestore {
  const { spec, access } = work;
  return {
    look: async (asked) => {
      if (purpose.role.arn === undefined) return { refused: purpose.role.whyNone };
      const seen = await askCloud(spec, access, RESTORE_RIGHTS, () => lookAt(work, purpose, asked));
      if ('sample' in seen) return seen.sample;
      return { refused: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    begin: (order) => begin(work, purpose, order),
    follow: (order, begunAt) => follow(work, purpose, order, begunAt),
  };
}

async function lookAt(
  work: RestoreWork,
  purpose: RestorePurpose,
  asked: RestoreAsk,
): Promise<RestoreLook | { refused: string }> {
  const source = await sourceOf(work);
  const point = pointOf(source, asked, Math.random());
  if ('refused' in point) return point;
  const as = purpose.nameOf(asked);
  if (await isThere(work, source, as)) return { refused: `there is a ${as} already, and nothing is restored over it` };
  return restoreLook(point, source, { as, drill: purpose.drill });
}

async function isThere({ client }: RestoreWork, { cluster }: RestoreSource, as: string): Promise<boolean> {
  return (cluster ? await clusterNamed(client, as) : await instanceNamed(client, as)) !== undefined;
}

/** Compares with what was approved right before it acts. The name is the token: RDS makes no second one of it. */
async function begin(work: RestoreWork, purpose: RestorePurpose, order: RestoreOrder): Promise<RestoreResult> {
  const seen = await askCloud(work.spec, work.access, RESTORE_RIGHTS, async () => {
    const source = await sourceOf(work);
    return { source, there: await isThere(work, source, order.as) };
  });
  if (!('sample' in seen))
    return { ended: 'not-done', why: 'AWS could not be asked how it stands, and nothing was ordered.' };
  const { source, there } = seen.sample;
  const changed = whyChanged(source, order, purpose);
  if (changed !== undefined) return { ended: 'not-done', why: changed };
  if (there) return { ended: 'not-done', why: `There is a ${order.as} already, and nothing is restored over it.` };
  const answer = await orderRestore(work, order, placeOf(source), makingOf(work, purpose, order));
  if ('refused' in answer) return { ended: 'not-done', why: answer.refused };
  return { ended: 'under-way', phase: `AWS has taken the order to make ${order.as}.` };
}

/** Pure: why what was approved is not what would be ordered now. */
function whyChanged(source: RestoreSource, order: RestoreOrder, { drill }: RestorePurpose): string | undefined {
  const { snapshot, to } = order.settings;
  const name = source.snapshots.find(({ id }) => id === snapshot)?.name;
  if (snapshot !== undefined && name === undefined) return `${order.from} is not there any more.`;
  const point = pointOf(source, { from: name ?? null, to: snapshot === undefined ? (to ?? null) : null }, 0);
  if ('refused' in point) return `${point.refused}.`;
  const now = settingsOf(point, source, drill);
  const other = Object.keys({ ...now, ...order.settings }).find((key) => now[key] !== order.settings[key]);
  return other === undefined ? undefined : `What was approved has changed: ${other}.`;
}

function makingOf({ access }: RestoreWork, { role, tags }: RestorePurpose, order: RestoreOrder): Making {
  const run = access.actingFor ?? access.settlingFor;
  const { snapshot, sourceArn } = order.settings;
  return {
    role,
    run,
    tags: [
      { Key: RUN_TAG, Value: run ?? '' },
      { Key: 'nightshift:restored-from', Value: snapshot ?? sourceArn ?? '' },
      ...tags,
    ],
  };
}

/** Partition, region and account. */
function placeOf({ arn }: Pick<RestoreSource, 'arn'>): string {
  return arn.split(':').slice(0, 5).join(':');
}

async function follow(
  work: RestoreWork,
  purpose: RestorePurpose,
  order: RestoreOrder,
  begunAt: string,
): Promise<RestoreResult> {
  const { access, client } = work;
  const run = access.settlingFor ?? access.actingFor ?? '';
  const asking = { run, begunAtMs: Date.parse(begunAt), nowMs: access.now() };
  if (order.settings['engine'] === undefined)
    return restoreBecame(order, await instanceNamed(client, order.as), asking);
  const cluster = await clusterNamed(client, order.as);
  const said = clusterBecame(order, cluster, await instanceNamed(client, `${order.as}-1`), asking);
  if (!('make' in said)) return said;
  const place = placeOf({ arn: cluster?.DBClusterArn ?? '' });
  const answer = await orderMember(work, order, { place, name: said.make }, makingOf(work, purpose, order));
  // Where AWS shows it late, it is there already.
  if ('taken' in answer || /AlreadyExists/.test(answer.refused))
    return { ended: 'under-way', phase: `${order.as} is there, and AWS makes its instance ${said.make}.` };
  return { ended: 'failed', why: `${order.as} is there, and has no instance: ${answer.refused}` };
}

/** On one of our own alone: the operator role may tag no other. What cannot be kept is said, and spoils no restore. */
async function keepProof({ settings, access }: RestoreWork, { from, settings: made }: RestoreOrder): Promise<string> {
  const { snapshot } = made;
  if (snapshot === undefined) return 'A moment is noted nowhere: it is of no snapshot.';
  if (!from.startsWith(NAME_PREFIX)) return `${from} is none of ours, so that it was not noted there.`;
  const Tags = [{ Key: PROVEN_TAG, Value: new Date(access.now()).toISOString() }];
  const answer = await orderAs(operatorRoleOf(access), settings, {
    name: from,
    runId: access.settlingFor ?? access.actingFor,
    right: { action: 'rds:AddTagsToResource', resources: [snapshot] },
    client: (asRole) => new RDSClient(asRole),
    send: (client) => client.send(new AddTagsToResourceCommand({ ResourceName: snapshot, Tags })),
    words: RESTORE_WORDS,
  }).catch(() => ({ refused: 'AWS did not answer.' }));
  return 'taken' in answer ? `Noted on ${from}.` : `It could not be noted on ${from}: ${answer.refused}`;
}
