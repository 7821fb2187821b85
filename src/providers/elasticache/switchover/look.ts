import type { CloudSwitchoverLook } from '../../../targets/cloud-switchover.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { Precheck, SwitchoverCandidate } from '../../../targets/switchover.ts';
import { allowedByTag } from '../../failover-tag.ts';
import { groupIdentity } from './journal.ts';
import { runbook, WHERE_OFF_MEANWHILE } from './runbook.ts';
import type { GroupSeen } from './seen.ts';

/** Of the nodes of a group: the names that the config has for them, and how far CloudWatch says that each is behind. */
export type GroupNodes = {
  memberOf(node: string): string;
  /** Null where nobody measured it. */
  lagSecondsOf(node: string): number | null;
  /** Undefined where AWS does not tell. */
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;
};

/** A healthy replica is behind by less. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html */
const LAG_SECONDS_MOST = 1;

/**
 * Pure: how a replication group with cluster mode disabled stands, and what changing its primary would do. It can lose acknowledged writes, and
 * says so: ElastiCache holds none back, and replicates afterwards.
 */
export function groupLook(seen: GroupSeen, nodes: GroupNodes): CloudSwitchoverLook | { refused: string } {
  const { name, primary } = seen;
  if (seen.clusterMode)
    return {
      refused: `${name} has cluster mode enabled, and ElastiCache has no verb that changes its primaries: TestFailover is for tests, and AWS may block it.`,
    };
  if (primary === null) return { refused: `AWS names no primary of ${name} at the moment.` };
  const writer = nodes.memberOf(primary);
  return {
    writer,
    primary: writer,
    identity: groupIdentity(seen),
    candidates: candidatesOf(seen, nodes),
    prechecks: [
      allowedByTag('elasticache', { name, arn: seen.arn, tags: nodes.tags }),
      availability(seen),
      waitingChanges(seen),
      safetyNet(seen),
      copies(seen),
    ],
    ...planWords(runbook, { group: name }, isAsItWas(seen) ? [] : [WHERE_OFF_MEANWHILE]),
    loss: lossOf(seen, nodes),
    mayLose: true,
    facts: [
      { label: 'What AWS will change', value: seen.arn === '' ? name : seen.arn },
      { label: 'Durability', value: seen.durability ?? 'not told by AWS' },
    ],
  };
}

/** Nothing has to be switched off for it. */
function isAsItWas({ automaticFailover, multiZone }: GroupSeen): boolean {
  return automaticFailover === 'disabled' && !multiZone;
}

function availability({ name, status }: GroupSeen): Precheck {
  if (status === 'available') return { name: 'Status', says: 'ok', sentence: 'Available.' };
  const why =
    status === 'snapshotting'
      ? `a snapshot of ${name} is made, and ElastiCache takes no order meanwhile: wait until it is over.`
      : `${name} is ${status}: wait until it is available.`;
  return { name: 'Status', says: 'stops', sentence: why };
}

function waitingChanges({ name, waiting }: GroupSeen): Precheck {
  if (waiting.length === 0) return { name: 'Changes that wait', says: 'ok', sentence: 'None.' };
  const sentence = `${name} has changes that wait (${waiting.join(', ')}), and this would apply them, too: let them be done first.`;
  return { name: 'Changes that wait', says: 'stops', sentence };
}

/** Half on is on the way, or broken: what would be put back then? */
function safetyNet({ name, automaticFailover }: GroupSeen): Precheck {
  if (automaticFailover === 'enabled') return { name: 'Automatic failover', says: 'ok', sentence: 'On.' };
  if (automaticFailover === 'disabled')
    return { name: 'Automatic failover', says: 'warns', sentence: `It is off for ${name}, and stays off.` };
  const sentence = `It is ${automaticFailover} for ${name}: wait until it has ended.`;
  return { name: 'Automatic failover', says: 'stops', sentence };
}

function copies({ name, replicas }: GroupSeen): Precheck {
  if (replicas.length === 0) return { name: 'Replicas', says: 'stops', sentence: `${name} has no replica.` };
  return { name: 'Replicas', says: 'ok', sentence: `${replicas.length}.` };
}

function candidatesOf({ replicas }: GroupSeen, nodes: GroupNodes): SwitchoverCandidate[] {
  return replicas
    .toSorted((one, other) => (nodes.lagSecondsOf(one) ?? Infinity) - (nodes.lagSecondsOf(other) ?? Infinity))
    .map((node) => ({ member: nodes.memberOf(node), unfit: whyUnfit(nodes.lagSecondsOf(node)), lagBytes: null }));
}

/** Nobody can say what promoting a node would lose whose lag nobody knows. */
function whyUnfit(lagSeconds: number | null): string | null {
  if (lagSeconds === null) return 'CloudWatch has no ReplicationLag of it, so that nobody can say what would be lost.';
  if (lagSeconds <= LAG_SECONDS_MOST) return null;
  return `it is ${lagSeconds} s behind (limit: ${LAG_SECONDS_MOST} s).`;
}

function lossOf({ replicas }: GroupSeen, nodes: GroupNodes): string {
  const lags = replicas.flatMap((node) => nodes.lagSecondsOf(node) ?? []).filter((lag) => lag <= LAG_SECONDS_MOST);
  const bound = lags.length === 0 ? 'nobody knows of how long' : `of about ${Math.max(...lags)} s by CloudWatch`;
  return `Acknowledged writes can be lost, ${bound}: ElastiCache holds none back and replicates them afterwards. What has come since that measurement is not in it, and nobody can say afterwards how many were lost.`;
}
