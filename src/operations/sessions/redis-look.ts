import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { redisMemberOf, type RedisClient } from '../end/client.ts';
import { listClients } from './client-list.ts';
import type { Asked } from './postgres-look.ts';

export type ClientGroup = {
  name: string;
  host: string;
  command: string;
  clients: number;
  longestIdleSeconds: number;
  outputBytes: number;
};
export type MemberLook = {
  name: string;
  role: string;
  connected: number;
  maxClients: number | null;
  blocked: number;
  /** Why the clients were not listed, and what mends it where something does. */
  unlisted: { reason: string; fix?: string } | null;
  /** How many were listed: fewer than are connected where these are many. */
  listed: number;
  matching: number;
  outputBytes: number;
  groups: readonly ClientGroup[];
  moreGroups: number;
  clients: readonly RedisClient[];
};
export type RedisLook = {
  engine: 'redis';
  members: readonly MemberLook[];
  unreached: readonly { name: string; reason: string }[];
};

const MOST_GROUPS = 12;
const MOST_CLIENTS = 12;
const MOST_MEMBERS = 12;

/** Who is connected and does what, on one member or on all of them. What leaves the room is small whatever their number. */
export async function lookAtRedis(target: RedisTarget, asked: Asked): Promise<RedisLook> {
  const members = asked.member === null ? target.members : [redisMemberOf(target, asked.member)];
  const unreached = asked.member === null ? target.unreached.filter(({ role }) => role !== 'sentinel') : [];
  return {
    engine: 'redis',
    members: await Promise.all(members.slice(0, MOST_MEMBERS).map((member) => lookAtMember(member, asked))),
    unreached: [
      ...unreached.map(({ name, reason }) => ({ name, reason })),
      ...members
        .slice(MOST_MEMBERS)
        .map(({ name }) => ({ name, reason: `only ${MOST_MEMBERS} members are asked at once` })),
    ],
  };
}

async function lookAtMember(member: RedisMember, asked: Asked): Promise<MemberLook> {
  const info = await member.info('clients');
  const connected = Number(info['connected_clients'] ?? 0);
  const known = {
    name: member.name,
    role: member.role,
    connected,
    maxClients: info['maxclients'] === undefined ? null : Number(info['maxclients']),
    blocked: Number(info['blocked_clients'] ?? 0),
  };
  const list = await listClients(member, connected);
  if ('reason' in list) {
    return { ...known, unlisted: list, listed: 0, matching: 0, outputBytes: 0, groups: [], moreGroups: 0, clients: [] };
  }
  const fitting = list.clients.filter((client) => client.name !== 'nightshift' && fits(client, asked));
  const groups = groupsOf(fitting);
  return {
    ...known,
    unlisted: null,
    listed: list.clients.length,
    matching: fitting.length,
    outputBytes: fitting.reduce((sum, { outputBytes }) => sum + outputBytes, 0),
    groups: groups.slice(0, MOST_GROUPS),
    moreGroups: Math.max(0, groups.length - MOST_GROUPS),
    clients: fitting.toSorted(mattersMore).slice(0, MOST_CLIENTS),
  };
}

/** Pure: is this one of those that were asked for? */
function fits(client: RedisClient, { state, app }: Asked): boolean {
  const wanted = app?.toLowerCase();
  if (wanted !== undefined && !`${client.name} ${client.addr}`.toLowerCase().includes(wanted)) return false;
  switch (state) {
    case 'active':
      return client.idleSeconds <= 1 && !client.isBlocked;
    case 'idle':
      return client.idleSeconds > 1 && !client.isBlocked;
    case 'transaction':
      return client.queued !== null;
    case 'waiting':
      return client.isBlocked;
    default:
      return true;
  }
}

/** What slows the server down or holds its memory first, then what works now, at last what belongs to Redis itself. */
function mattersMore(a: RedisClient, b: RedisClient): number {
  const weight = ({ kind }: RedisClient): number =>
    kind === 'monitor' ? 1 : ['replica', 'master', 'sentinel'].includes(kind) ? -1 : 0;
  return (
    weight(b) - weight(a) ||
    b.outputBytes - a.outputBytes ||
    a.idleSeconds - b.idleSeconds ||
    b.ageSeconds - a.ageSeconds ||
    a.id - b.id
  );
}

function groupsOf(clients: readonly RedisClient[]): ClientGroup[] {
  const groups = new Map<string, ClientGroup>();
  for (const { name, addr, command, idleSeconds, outputBytes, kind } of clients) {
    const host = addr.replace(/:\d+$/, '');
    const shown = name || (kind === 'normal' ? 'unnamed' : kind);
    const key = JSON.stringify([shown, host, command]);
    const group = groups.get(key) ?? { name: shown, host, command, clients: 0, longestIdleSeconds: 0, outputBytes: 0 };
    group.clients += 1;
    group.longestIdleSeconds = Math.max(group.longestIdleSeconds, idleSeconds);
    group.outputBytes += outputBytes;
    groups.set(key, group);
  }
  return [...groups.values()].toSorted((a, b) => b.clients - a.clients || b.outputBytes - a.outputBytes);
}
