import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DatabaseRoom } from '../core/room.ts';
import { parseClusterNodes, type ClusterNode } from '../targets/cluster-nodes.ts';
import type { RedisCluster, RedisMember } from '../targets/redis.ts';
import type { MemberSpec, TargetSpec } from '../targets/spec.ts';

/** Nodes beyond this are not opened, and the cluster check says so: what a room answers is bounded at 200 kB. */
const NODES_MOST = 60;

/** What the named nodes say of their cluster; undefined where there is none. One that may not say is left out. */
export async function clusterView(members: readonly RedisMember[]): Promise<RedisCluster | undefined> {
  if (members.length === 0) return undefined;
  const said = await Promise.all(members.map(nodesSeenBy));
  // A node that was cut off sees most of the others as lost: the best connected one is asked.
  const [best = []] = said.toSorted((a, b) => linked(b) - linked(a));
  const names = said.flatMap((nodes, at) => {
    const own = nodes.find(({ flags }) => flags.includes('myself'));
    return own ? [[own.id, members[at]?.name ?? '']] : [];
  });
  return { nodes: best, names: Object.fromEntries(names) as Record<string, string> };
}

/** Nodes of the view that the config does not name, with the login of a member that it does name. */
export async function unnamedNodes(spec: TargetSpec, room: DatabaseRoom, view: RedisCluster): Promise<MemberSpec[]> {
  const model = spec.members.find(({ credentials }) => credentials[room]);
  if (!model) return [];
  const known = new Set((await Promise.all(spec.members.map(placesOf))).flat());
  return view.nodes
    .filter(
      ({ id, flags }) => view.names[id] === undefined && !flags.includes('noaddr') && !flags.includes('handshake'),
    )
    .filter(({ host, hostname, port }) => !known.has(`${host}:${port}`) && !known.has(`${hostname}:${port}`))
    .slice(0, Math.max(0, NODES_MOST - spec.members.length))
    .map((node) => ({
      ...model,
      name: nameOf(node),
      role: node.flags.includes('master') ? 'primary' : 'replica',
      // A certificate is made out for a name.
      host: node.hostname ?? node.host,
      port: node.port,
    }));
}

/** The names that `unnamedNodes` gave, by node id. */
export function namesById(view: RedisCluster, others: readonly MemberSpec[]): Record<string, string> {
  const given = new Set(others.map(({ name }) => name));
  return Object.fromEntries(view.nodes.flatMap((node) => (given.has(nameOf(node)) ? [[node.id, nameOf(node)]] : [])));
}

function nameOf({ host, hostname, port }: ClusterNode): string {
  return `${hostname ?? host}:${port}`;
}

async function nodesSeenBy(member: RedisMember): Promise<ClusterNode[]> {
  try {
    return parseClusterNodes(await member.call('CLUSTER', 'NODES'));
  } catch {
    // The cluster check asks again and says what is missing; here it only means one view less.
    return [];
  }
}

function linked(nodes: readonly ClusterNode[]): number {
  return nodes.filter(({ isLinked }) => isLinked).length;
}

/** The config names hosts, the cluster announces addresses. */
async function placesOf({ host, port }: MemberSpec): Promise<string[]> {
  if (isIP(host) !== 0) return [`${host}:${port}`];
  const found = await lookup(host, { all: true }).catch(() => []);
  return [host, ...found.map(({ address }) => address)].map((place) => `${place}:${port}`);
}
