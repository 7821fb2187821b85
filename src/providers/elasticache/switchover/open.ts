import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  ModifyReplicationGroupCommand,
} from '@aws-sdk/client-elasticache';
import { Fault } from '../../../core/errors.ts';
import type { StepJournal } from '../../../core/operation.ts';
import type {
  CloudSwitchover,
  CloudSwitchoverOrder,
  CloudSwitchoverResult,
} from '../../../targets/cloud-switchover.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud, UnknownIdentifier } from '../../ask-cloud.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { METRICS_RIGHT } from '../../cloud-metrics.ts';
import { whyNoRole } from '../../failover-role.ts';
import { orderOnce } from '../../order-once.ts';
import { groupNameOf, nodeOf } from '../nodes.ts';
import { carryOn, type GroupAnswer } from './carry-on.ts';
import { groupResult, notDone, unwrittenResult } from './ends.ts';
import { freshJournal, groupIdentity, type GroupInput, type GroupJournal } from './journal.ts';
import { lagOf } from './lag.ts';
import { groupLook } from './look.ts';
import { GROUP_WORDS } from './refusals.ts';
import { groupSeen, type GroupSeen } from './seen.ts';

const RIGHTS = [
  { action: 'elasticache:DescribeReplicationGroups', resource: 'replicationgroup:*' },
  { action: 'elasticache:ListTagsForResource', resource: 'replicationgroup:*' },
  METRICS_RIGHT,
] as const;

type Work = { spec: TargetSpec; access: CloudAccess; settings: CloudClient; client: ElastiCacheClient };

/** Moves the writes of a replication group with cluster mode disabled: three orders of ModifyReplicationGroup, each waited for. */
export function openSwitchover(work: Work): CloudSwitchover {
  const { spec, access } = work;
  return {
    look: async () => {
      const noRole = whyNoRole(access);
      if (noRole !== undefined) return { refused: noRole };
      const seen = await askCloud(spec, access, RIGHTS, () => look(work));
      if ('sample' in seen) return seen.sample;
      return { refused: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    begin: (order, journal) => begin(work, order, journal),
    follow: async (order, _begunAt, journal) => {
      const [kept, seen] = await Promise.all([journal.read(), describe(work).catch(() => null)]);
      if (kept === null)
        return unwrittenResult(
          order,
          freshJournal(order, (member) => nodeIn(work, member)),
          seen,
        );
      // Only this file writes it.
      return carried(work, order, kept as unknown as GroupJournal, seen, journal);
    },
  };
}

async function describe({ client, spec }: Work): Promise<GroupSeen> {
  const ReplicationGroupId = groupNameOf(spec);
  const { ReplicationGroups: [group] = [] } = await client.send(
    new DescribeReplicationGroupsCommand({ ReplicationGroupId }),
  );
  if (!group) throw new UnknownIdentifier(`ElastiCache knows no replication group ${ReplicationGroupId}`);
  return groupSeen(group);
}

async function look(work: Work) {
  const { spec, settings, access, client } = work;
  const seen = await describe(work);
  const [lags, tags] = await Promise.all([
    lagOf(settings, seen.replicas, access.now()),
    seen.arn === '' ? undefined : client.send(new ListTagsForResourceCommand({ ResourceName: seen.arn })),
  ]);
  return groupLook(seen, {
    memberOf: (node) => spec.members.find((member) => nodeOf(member) === node)?.name ?? node,
    lagSecondsOf: (node) => lags.get(node) ?? null,
    tags: tags?.TagList,
  });
}

/** Compares with what was approved right before the first order. */
async function begin(work: Work, order: CloudSwitchoverOrder, journal: StepJournal): Promise<CloudSwitchoverResult> {
  const seen = await describe(work).catch((thrown: unknown) => thrown);
  if (!isSeen(seen))
    return notDone(`AWS could not be asked how it stands, and nothing was ordered (${wordsOf(seen)}).`);
  const fresh = freshJournal(order, (member) => nodeIn(work, member));
  const why = whyChanged(seen, order);
  if (why !== undefined) return notDone(why);
  return carried(work, order, fresh, seen, journal);
}

function whyChanged(seen: GroupSeen, { identity }: CloudSwitchoverOrder): string | undefined {
  if (seen.status !== 'available') return `${seen.name} is ${seen.status} by now.`;
  const changed = Object.entries(groupIdentity(seen)).find(([name, value]) => identity[name] !== value);
  return changed && `The ${changed[0]} was ${identity[changed[0]] ?? 'nothing'} and is ${changed[1]} now.`;
}

/** One order at most; what comes of it is asked the next time. */
async function carried(
  work: Work,
  order: CloudSwitchoverOrder,
  kept: GroupJournal,
  seen: GroupSeen | null,
  journal: StepJournal,
): Promise<CloudSwitchoverResult> {
  const { now } = work.access;
  const did = await carryOn(
    {
      look: () => Promise.resolve(seen),
      order: (input) => give(work, seen?.arn ?? '', input),
      keep: (next) => journal.write(next),
      now,
    },
    kept,
  );
  return groupResult(order, did, seen, now());
}

/** A switchover takes several orders: those after the first are given by whoever follows it, in the name of the same run. */
async function give({ settings, access }: Work, arn: string, input: GroupInput): Promise<GroupAnswer> {
  try {
    return await orderOnce(settings, access, {
      name: input.ReplicationGroupId,
      runId: access.actingFor ?? access.settlingFor,
      right: { action: 'elasticache:ModifyReplicationGroup', resources: [arn] },
      client: (made) => new ElastiCacheClient(made),
      send: (client) => client.send(new ModifyReplicationGroupCommand(input)),
      words: GROUP_WORDS,
    });
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'timed_out') return { open: thrown.message };
    throw thrown;
  }
}

function nodeIn({ spec }: Work, name: string): string {
  const member = spec.members.find((one) => one.name === name);
  return member ? nodeOf(member) : name;
}

function isSeen(seen: unknown): seen is GroupSeen {
  return typeof seen === 'object' && seen !== null && 'automaticFailover' in seen;
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'no answer';
}
