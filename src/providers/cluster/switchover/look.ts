import { listText } from '../../../checks/wording.ts';
import { slotCount, type ClusterNode } from '../../../targets/cluster-nodes.ts';
import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { SwitchoverLook } from '../../../targets/switchover.ts';
import { attempt, given } from '../../redis-switchover/attempt.ts';
import { runIds, whyUnfit } from '../../redis-switchover/fitness.ts';
import { factsOf, silentCandidate, standingsOf, type Standings } from '../../redis-switchover/group.ts';
import { primaryPrechecks } from '../../redis-switchover/prechecks.ts';
import { behindBytes, type Standing } from '../../redis-switchover/standing.ts';
import { EPOCH } from './finish.ts';
import { shardPrechecks } from './prechecks.ts';
import { runbook } from './runbook.ts';

/** A manual failover that takes longer is given up by the servers (CLUSTER_MF_TIMEOUT). */
const ELECTION_SECONDS = 5;

/** One primary of a cluster with what copies it, as the nodes themselves see it. */
export type Shard = { primary: string; node: ClusterNode; replicas: readonly { name: string; node: ClusterNode }[] };

/** All that is looked at before the writes of a shard are moved. */
export type Seen = Standings & {
  nodes: readonly ClusterNode[];
  shard: Shard;
  states: readonly NodeState[];
  /** For how long a node remembers its last election; null where the room may not ask. */
  electionSeconds: number | null;
};

/** What a member of the shard says beside INFO. */
export type NodeState = {
  name: string;
  /** From CLUSTER INFO. */
  state: string;
  /** Of a replica: for how long it has followed its primary without a break; null where it does not. */
  followedSeconds: number | null;
};

/** Finds the shard of a replica, or the only one, and asks its members. */
export async function lookAround(target: RedisTarget, to: string | undefined): Promise<Seen | { refused: string }> {
  const { cluster, members, unreached } = target;
  if (!cluster || cluster.nodes.length === 0)
    return { refused: `no node of ${target.name} would say who belongs to its cluster.` };
  const shard = shardOf(shardsOf(cluster.nodes, cluster.names), to, Object.values(cluster.names));
  if ('refused' in shard) return shard;
  const own = new Set([shard.primary, ...shard.replicas.map(({ name }) => name)]);
  const here = members.filter(({ name }) => own.has(name));
  const silent = unreached.filter(({ name }) => own.has(name));
  const [asked, states, electionSeconds] = await Promise.all([
    standingsOf(here, silent),
    Promise.all(here.map(stateOf)),
    electionSecondsOf(here[0]),
  ]);
  return { ...asked, nodes: cluster.nodes, shard, states, electionSeconds };
}

/** Pure: every primary that serves slots, with its replicas, by the names of their members. */
export function shardsOf(nodes: readonly ClusterNode[], names: { readonly [id: string]: string }): Shard[] {
  const nameOf = ({ id, host, port }: ClusterNode) => names[id] ?? `${host}:${port}`;
  return nodes
    .filter((node) => node.flags.includes('master') && slotCount(node) > 0)
    .map((node) => ({
      primary: nameOf(node),
      node,
      replicas: nodes
        .filter(({ primaryId }) => primaryId === node.id)
        .map((replica) => ({ name: nameOf(replica), node: replica })),
    }));
}

/** Pure: the shard that is meant, of a cluster whose nodes have these names. */
export function shardOf(
  shards: readonly Shard[],
  to: string | undefined,
  names: readonly string[],
): Shard | { refused: string } {
  const [first, ...more] = shards;
  if (first && more.length === 0) return first;
  const meant = shards.find(({ primary, replicas }) => primary === to || replicas.some(({ name }) => name === to));
  if (meant) return meant;
  const all = shards
    .flatMap(({ primary, replicas }) => replicas.map(({ name }) => `${name} (instead of ${primary})`))
    .toSorted();
  const which = `Name the replica that takes the writes of its shard: ${listText(all, 20) || 'there is none'}.`;
  if (to !== undefined && names.includes(to))
    return {
      refused: `${to} is neither a primary with slots nor a replica of one, as the cluster says now: right after a failover that is so for some seconds. Ask again. ${which}`,
    };
  if (to !== undefined) return { refused: `${to} is no node of this cluster. ${which}` };
  return { refused: `The cluster has ${shards.length} shards. ${which}` };
}

/** https://redis.io/docs/latest/commands/cluster-info/ https://redis.io/docs/latest/commands/client-list/ */
async function stateOf(member: RedisMember): Promise<NodeState> {
  const [said, link] = await Promise.all([
    attempt(() => member.call('CLUSTER', 'INFO')),
    attempt(() => member.call('CLIENT', 'LIST', 'TYPE', 'master')),
  ]);
  const age = / age=(\d+) /.exec(String(given(link)))?.[1];
  return {
    name: member.name,
    state: /cluster_state:(\w+)/.exec(String(given(said)))?.[1] ?? 'unknown',
    followedSeconds: age === undefined ? null : Number(age),
  };
}

/**
 * A replica that was elected counts the votes of then again when it is ordered within four times `cluster-node-timeout` (at least 4 s): it
 * takes over without an election, and loses the slots, and what was written meanwhile, a moment later. Seen with Redis 7.0.15.
 */
async function electionSecondsOf(member: RedisMember | undefined): Promise<number | null> {
  const tried = member && (await attempt(() => member.call('CONFIG', 'GET', 'cluster-node-timeout')));
  const reply = tried && given(tried);
  return Array.isArray(reply) ? Math.max(4, Math.ceil((4 * Number(reply[1])) / 1000)) : null;
}

/** Pure: who takes the writes of the shard, who could, and what a switchover would do. */
export function lookOf(seen: Seen): SwitchoverLook | { refused: string } {
  const { shard, standings, silent } = seen;
  const primary = standings.find(({ name }) => name === shard.primary);
  if (primary?.role !== 'primary')
    return { refused: `${shard.primary} does not answer as the primary of its shard: nothing can be handed over.` };
  const others = standings.filter(({ role }) => role === 'replica');
  return {
    primary: primary.name,
    identity: { ...runIds([primary, ...others]), [EPOCH]: shard.node.configEpoch },
    candidates: [
      ...others
        .map((one) => ({
          member: one.name,
          unfit: whyUnfit(primary, one) ?? whyNotSeen(one, shard) ?? whyTooSoon(one, seen) ?? null,
          lagBytes: behindBytes(primary, one),
        }))
        .toSorted((one, other) => (one.lagBytes ?? 0) - (other.lagBytes ?? 0)),
      ...silent.map(silentCandidate),
    ],
    prechecks: [...shardPrechecks(seen), ...primaryPrechecks(primary)],
    ...planWords(runbook),
    holdSecondsMost: ELECTION_SECONDS,
    facts: [{ label: 'Slots', value: String(slotCount(shard.node)) }, ...factsOf(primary)],
  };
}

function whyNotSeen({ name }: Standing, { replicas }: Shard): string | undefined {
  const node = replicas.find((one) => one.name === name)?.node;
  if (node === undefined) return 'the cluster does not know it as a replica of this shard.';
  const lame = node.flags.find((flag) => ['fail', 'fail?', 'noaddr', 'handshake', 'nofailover'].includes(flag));
  if (lame !== undefined) return `the cluster says ${lame} of it.`;
  return node.isLinked || node.flags.includes('myself') ? undefined : 'the other nodes have no connection to it.';
}

function whyTooSoon({ name }: Standing, { states, electionSeconds, shard }: Seen): string | undefined {
  const followed = states.find((one) => one.name === name)?.followedSeconds ?? null;
  if (electionSeconds === null || followed === null || followed > electionSeconds) return undefined;
  return `it has followed ${shard.primary} for ${followed} s only. Ask again after ${electionSeconds} s: until then the votes of an earlier election could count again.`;
}
