import type { Seen } from '../../core/check.ts';
import { parseClusterNodes, slotCount, type ClusterNode } from '../../targets/cluster-nodes.ts';
import type { RedisMember } from '../../targets/redis.ts';
import { asked } from './asked.ts';
import { nameOf, numberOrNull } from './info.ts';

/** What one node says of its cluster. */
export type NodeView = {
  name: string;
  role: string;
  state: string;
  slotsAssigned: number | null;
  /** Slots of primaries that this node suspects, and of those that the majority calls failed. */
  slotsSuspected: number | null;
  slotsFailed: number | null;
  epoch: number | null;
  myEpoch: number | null;
  /** Nodes that this one suspects (`fail?`), or that are failed by agreement, by address. */
  suspected: readonly string[];
  failed: readonly string[];
  movingSlots: number;
  /** Who owns which slots, in one word: equal in all nodes that agree. */
  layout: string;
};

/** One primary with its replicas, in the view of the best connected node; hosts are addresses. */
export type ClusterShard = {
  primary: string;
  host: string;
  slots: number;
  epoch: number;
  replicas: readonly { name: string; host: string }[];
};

/** https://redis.io/docs/latest/commands/cluster-info/ · https://redis.io/docs/latest/commands/cluster-nodes/ */
export async function viewOf(member: RedisMember): Promise<Seen<NodeView>> {
  const [info, nodes] = await Promise.all([asked(member, 'CLUSTER', 'INFO'), asked(member, 'CLUSTER', 'NODES')]);
  if ('gap' in info) return info.gap;
  if ('gap' in nodes) return nodes.gap;
  const said = Object.fromEntries(
    String(info.reply)
      .split('\r\n')
      .map((line) => line.split(':') as [string, string]),
  ) as Record<string, string>;
  const seen = parseClusterNodes(nodes.reply);
  const flagged = (flag: string) =>
    seen
      .filter(({ flags }) => flags.includes(flag))
      .map(placeOf)
      .slice(0, 20);
  return {
    sample: {
      ...nameOf(member),
      state: said['cluster_state'] ?? 'unknown',
      slotsAssigned: numberOrNull(said, 'cluster_slots_assigned'),
      slotsSuspected: numberOrNull(said, 'cluster_slots_pfail'),
      slotsFailed: numberOrNull(said, 'cluster_slots_fail'),
      epoch: numberOrNull(said, 'cluster_current_epoch'),
      myEpoch: numberOrNull(said, 'cluster_my_epoch'),
      suspected: flagged('fail?'),
      failed: flagged('fail'),
      movingSlots: seen.reduce((sum, { movingSlots }) => sum + movingSlots, 0),
      layout: layoutOf(seen),
    },
  };
}

/** Primaries that serve slots, with the replicas that live. */
export function shardsIn(nodes: readonly ClusterNode[], names: { readonly [id: string]: string }): ClusterShard[] {
  const nameIn = (node: ClusterNode) => names[node.id] ?? placeOf(node);
  return nodes
    .filter((node) => node.flags.includes('master') && node.slots.length > 0)
    .map((node) => ({
      primary: nameIn(node),
      host: node.host,
      slots: slotCount(node),
      epoch: node.configEpoch,
      replicas: nodes
        .filter(({ primaryId, flags }) => primaryId === node.id && !flags.includes('fail'))
        .map((replica) => ({ name: nameIn(replica), host: replica.host })),
    }))
    .toSorted((a, b) => a.primary.localeCompare(b.primary));
}

function placeOf({ host, hostname, port }: ClusterNode): string {
  return `${hostname ?? host}:${port}`;
}

function layoutOf(nodes: readonly ClusterNode[]): string {
  const text = nodes
    .filter(({ slots }) => slots.length > 0)
    .map(({ id, slots }) => `${id}:${slots.map(([from, to]) => `${from}-${to}`).join(',')}`)
    .toSorted()
    .join(';');
  let hash = 0;
  for (const letter of text) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return (hash >>> 0).toString(36);
}
