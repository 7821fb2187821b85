import { parseClusterNodes, slotCount, type ClusterNode } from '../../../targets/cluster-nodes.ts';
import type { DeathSign } from '../../../targets/failover.ts';
import type { RedisMember } from '../../../targets/redis.ts';
import { attempt, given } from '../../redis-switchover/attempt.ts';

const LOST = ['fail', 'fail?', 'noaddr'];

/** Pure: how many of the primaries with slots are there to vote. */
export function votersOf(nodes: readonly ClusterNode[]): { there: number; all: number } {
  const voters = nodes.filter((node) => node.flags.includes('master') && slotCount(node) > 0);
  const there = voters.filter(({ flags, isLinked }) => isLinked && !flags.some((flag) => LOST.includes(flag)));
  return { there: there.length, all: voters.length };
}

/** Asks each of the other primaries what it sees of the one that may be dead. https://redis.io/docs/latest/commands/cluster-nodes/ */
export async function signsOfVoters(
  members: readonly RedisMember[],
  primary: { id: string; name: string },
): Promise<DeathSign[]> {
  const said = await Promise.all(
    members.map(async (member) => {
      const nodes = parseClusterNodes(given(await attempt(() => member.call('CLUSTER', 'NODES'))));
      return voterSign(
        member.name,
        primary.name,
        nodes.find(({ id }) => id === primary.id),
      );
    }),
  );
  return said;
}

/** Pure: a node that is neither suspected nor without a connection was heard within `cluster-node-timeout`. */
export function voterSign(name: string, primary: string, node: ClusterNode | undefined): DeathSign {
  const sign = (says: DeathSign['says'], seen: string): DeathSign => ({
    from: name,
    says,
    sentence: `it ${seen}`,
  });
  if (node === undefined) return sign('unknown', `does not say how ${primary} is.`);
  if (node.flags.includes('fail')) return sign('dead', `and the majority of the primaries say fail of ${primary}.`);
  if (node.flags.includes('fail?')) return sign('dead', `suspects ${primary} (no answer within cluster-node-timeout).`);
  if (node.isLinked) return sign('alive', `has heard ${primary} within cluster-node-timeout.`);
  return sign('unknown', `has lost its connection to ${primary}, and does not suspect it yet.`);
}
