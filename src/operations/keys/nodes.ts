import type { RedisMember, RedisTarget } from '../../targets/redis.ts';

/** One server and one of its databases, as it is looked at. */
export type KeyNode = {
  member: string;
  role: 'primary' | 'replica';
  /** Why a primary is read, null for a replica. */
  why: string | null;
  /** The server's process: a cursor means nothing to another. */
  process: string;
  database: number;
  keys: number;
  /** How many of them expire. */
  expires: number;
  policy: string;
  maxBytes: number;
  /** What the server says that its data takes, of all databases. */
  dataBytes: number;
  inCluster: boolean;
};
/** What there is to look at, and who did not say. */
export type KeyNodes = { nodes: readonly KeyNode[]; silent: readonly { member: string; reason: string }[] };

type Said = { member: RedisMember; info: Readonly<Record<string, string>> };

/** The servers whose keys make up the target: of each primary and its replicas the replica that is nearest, else the primary. */
export async function findNodes(target: RedisTarget): Promise<KeyNodes> {
  const silent = target.unreached
    .filter(({ role }) => role !== 'sentinel')
    .map(({ name, reason }) => ({ member: name, reason }));
  const said: Said[] = [];
  const answers = await Promise.allSettled(target.members.map((member) => member.info()));
  for (const [n, answer] of answers.entries()) {
    const member = target.members[n];
    if (!member) continue;
    if (answer.status === 'rejected') silent.push({ member: member.name, reason: reasonOf(answer.reason) });
    else if (answer.value['loading'] === '1') silent.push({ member: member.name, reason: 'it is loading its data' });
    else said.push({ member, info: answer.value });
  }
  return { nodes: chooseGroups(said, target).flatMap((group) => nodesOf(group, target)), silent };
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A primary and its replicas share one replication id; a cluster has several, anything else has one that counts. */
function chooseGroups(said: readonly Said[], target: RedisTarget): (readonly Said[])[] {
  const groups = [...Map.groupBy(said, ({ info }) => info['master_replid'] ?? '').values()];
  if (said.some(isInCluster)) return groups;
  const theirs = groups.find((group) => group.some(({ member }) => member.name === target.primary?.name)) ?? groups[0];
  return theirs ? [theirs] : [];
}

function isInCluster({ info }: Said): boolean {
  return info['cluster_enabled'] === '1';
}

function nodesOf(group: readonly Said[], target: RedisTarget): KeyNode[] {
  const chosen = chooseServer(group);
  if (!chosen) return [];
  const { member, info } = chosen;
  const role = info['role'] === 'slave' ? ('replica' as const) : ('primary' as const);
  const about = {
    member: member.name,
    role,
    why: role === 'replica' ? null : whyPrimary(info, target),
    process: info['run_id'] ?? '',
    policy: info['maxmemory_policy'] ?? 'unknown',
    maxBytes: Number(info['maxmemory'] ?? 0),
    dataBytes: Number(info['used_memory_dataset'] ?? 0),
    inCluster: isInCluster(chosen),
  };
  const databases = databasesOf(info);
  return databases.length === 0
    ? [{ ...about, database: 0, keys: 0, expires: 0 }]
    : databases.map((database) => ({ ...about, ...database }));
}

/** A replica that follows its primary, the one that is furthest; never the primary while there is one. */
export function chooseServer<S extends { info: Readonly<Record<string, string>> }>(group: readonly S[]): S | undefined {
  const following = group
    .filter(({ info }) => info['role'] === 'slave' && info['master_link_status'] === 'up')
    .filter(({ info }) => info['master_sync_in_progress'] !== '1')
    .toSorted((a, b) => Number(b.info['slave_repl_offset'] ?? 0) - Number(a.info['slave_repl_offset'] ?? 0));
  const [nearest] = following;
  return nearest ?? group.find(({ info }) => info['role'] === 'master') ?? group[0];
}

function whyPrimary(info: Readonly<Record<string, string>>, target: RedisTarget): string {
  if (target.expectedReplicas.length > 0) return 'no replica of it answers and follows';
  return Number(info['connected_slaves'] ?? 0) > 0
    ? 'its replicas are not named in nightshift.yaml'
    : 'it has no replica';
}

/** `db0:keys=12,expires=3,avg_ttl=0`: https://redis.io/docs/latest/commands/info/#keyspace */
function databasesOf(info: Readonly<Record<string, string>>): { database: number; keys: number; expires: number }[] {
  return Object.entries(info).flatMap(([field, value]) => {
    const [, database] = /^db(\d+)$/.exec(field) ?? [];
    const [, keys, expires] = /^keys=(\d+),expires=(\d+)/.exec(value) ?? [];
    return database === undefined || keys === undefined
      ? []
      : [{ database: Number(database), keys: Number(keys), expires: Number(expires) }];
  });
}
