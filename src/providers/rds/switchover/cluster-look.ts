import type { DBCluster } from '@aws-sdk/client-rds';
import { durationText } from '../../../checks/wording.ts';
import type { CloudSwitchoverLook } from '../../../targets/cloud-switchover.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { Precheck, SwitchoverCandidate } from '../../../targets/switchover.ts';
import type { Described } from '../instances.ts';
import { isTagged } from '../../failover-tag.ts';
import { machineMemory } from '../machine-memory.ts';
import { ALARM_SECONDS } from './ends.ts';
import { clusterRunbook } from './runbook.ts';
import { sharedPrechecks, type Asked } from './shared-prechecks.ts';
import { whyNotNow } from './status.ts';

/** A cluster with its instances as AWS shows them, and how far each reader is behind; null where nobody measured it. */
export type ClusterSide = {
  cluster: DBCluster;
  described: readonly Described[];
  lagMilliseconds: { readonly [member: string]: number | null };
};

/** A reader that is further behind has to catch up first: AWS gives less than this for a healthy one. */
const LAG_MILLISECONDS_MOST = 1000;

/** Pure: how a cluster stands, and what its failover would do. */
export function clusterLook(
  side: ClusterSide,
  { pending, events }: Pick<Asked, 'pending' | 'events'>,
  nowMs: number,
): CloudSwitchoverLook | { refused: string } {
  const { cluster } = side;
  const name = cluster.DBClusterIdentifier ?? '';
  const writer = writerOf(side);
  if (writer === null) return { refused: `AWS names no writer of ${name} that nightshift.yaml knows.` };
  const asked = {
    name,
    arn: cluster.DBClusterArn ?? '',
    status: cluster.Status ?? 'unknown',
    tags: cluster.TagList,
    pending,
    windows: cluster,
    events,
  };
  const isAurora = (cluster.Engine ?? '').startsWith('aurora');
  return {
    writer,
    primary: writer,
    identity: clusterIdentity(side),
    candidates: candidatesOf(side, writer, isAurora),
    prechecks: [...sharedPrechecks(asked, nowMs), globalRole(name, cluster)],
    ...planWords(clusterRunbook, { cluster: name, time: durationText(ALARM_SECONDS) }),
    loss: isAurora
      ? 'No acknowledged write: all instances share one storage. What is not committed is rolled back.'
      : 'No acknowledged write: at least one reader has each of them before it is acknowledged. What is not committed is rolled back.',
    facts: factsOf(side, isAurora),
  };
}

/** The name that the config has for the instance that takes writes; null where it knows none. */
export function writerOf({ cluster, described }: Pick<ClusterSide, 'cluster' | 'described'>): string | null {
  const writer = (cluster.DBClusterMembers ?? []).find(({ IsClusterWriter }) => IsClusterWriter === true);
  return described.find(({ identifier }) => identifier === writer?.DBInstanceIdentifier)?.member ?? null;
}

/** What must still be so at the moment of action. */
export function clusterIdentity(side: Pick<ClusterSide, 'cluster' | 'described'>) {
  return { 'resource of the cluster': side.cluster.DbClusterResourceId ?? '', writer: writerOf(side) ?? '' };
}

/** Of a global database only one cluster takes writes, and another verb moves them between regions. */
function globalRole(name: string, cluster: DBCluster): Precheck {
  const follows =
    cluster.ReplicationSourceIdentifier !== undefined || cluster.GlobalWriteForwardingStatus !== undefined;
  if (follows) {
    const sentence = `${name} follows a cluster elsewhere: its writer takes no writes of clients, and moving it moves none.`;
    return { name: 'Global database', says: 'stops', sentence };
  }
  return { name: 'Global database', says: 'ok', sentence: 'It follows no other cluster.' };
}

function candidatesOf(side: ClusterSide, writer: string, isAurora: boolean): SwitchoverCandidate[] {
  const writing = side.described.find(({ member }) => member === writer);
  return side.described
    .filter((one) => one !== writing)
    .toSorted((one, other) => tierOf(side, one) - tierOf(side, other) || lagOf(side, one) - lagOf(side, other))
    .map((one) => {
      const [unfit = null] = whyUnfit(one, writing, side.lagMilliseconds[one.member] ?? null);
      // Where storage is shared nothing has to be sent.
      return { member: one.member, unfit, lagBytes: isAurora ? 0 : null };
    });
}

function whyUnfit(one: Described, writing: Described | undefined, lagMilliseconds: number | null): string[] {
  const { DBInstanceStatus: status = 'unknown', TagList: tags } = one.instance;
  const isBehind = lagMilliseconds !== null && lagMilliseconds > LAG_MILLISECONDS_MOST;
  return [
    ...(status === 'available' ? [] : [whyNotNow(one.identifier, status)]),
    ...(tags === undefined || isTagged(tags) ? [] : ['it is not tagged nightshift:failover = allowed.']),
    ...smaller(one, writing),
    ...(isBehind ? [`it is ${Math.round(lagMilliseconds)} ms behind (limit: ${LAG_MILLISECONDS_MOST} ms).`] : []),
  ];
}

function smaller({ instance: { DBInstanceClass: kind = '' } }: Described, writing: Described | undefined): string[] {
  const own = machineMemory(kind);
  const most = machineMemory(writing?.instance.DBInstanceClass ?? '');
  if (own === null || most === null || own >= most) return [];
  return [`its machine (${kind}) is smaller than that of ${writing?.member}.`];
}

function tierOf({ cluster }: ClusterSide, { identifier }: Described): number {
  const all = cluster.DBClusterMembers ?? [];
  return all.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === identifier)?.PromotionTier ?? 15;
}

function lagOf({ lagMilliseconds }: ClusterSide, { member }: Described): number {
  return lagMilliseconds[member] ?? Number.MAX_SAFE_INTEGER;
}

function factsOf(side: ClusterSide, isAurora: boolean) {
  const { cluster, described, lagMilliseconds } = side;
  return [
    { label: 'What AWS will fail over', value: cluster.DBClusterArn ?? '' },
    ...described.map((one) => {
      const lag = lagMilliseconds[one.member] ?? null;
      const tier = isAurora ? [`promotion tier ${tierOf(side, one)}`] : [];
      const behind = lag === null ? [] : [`${Math.round(lag)} ms behind`];
      const words = [one.instance.DBInstanceClass ?? '', ...tier, ...behind].join(', ');
      return { label: `Machine of ${one.member}`, value: words };
    }),
  ];
}
