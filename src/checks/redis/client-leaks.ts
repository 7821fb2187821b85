import * as z from 'zod';
import { defineCheck, type Before, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText, capped, countText, durationText, percentText } from '../wording.ts';
import { asked, askEach, unseenFindings, type EachSaid } from './asked.ts';
import { parseClientList, type ListedClient } from './client-list.ts';
import { infoOf, nameOf, numberOf, numberOrNull, runIdOf, who } from './info.ts';
import { clientChange } from './rate-changes.ts';
import { earlierOf } from './since.ts';

type Group = { group: string; clients: number; idle: number; longestIdleSeconds: number; mostHeldBytes: number };
type MemberGroups = { name: string; role: string; runId: string | null; most: number | null; groups: readonly Group[] };
type Sample = EachSaid<MemberGroups>;

/** The server writes CLIENT LIST in one go, for about 10 ms a thousand clients; with more it is not asked. */
export const LISTED_MOST = 2000;
/** A pool keeps connections for a minute or two; what is silent for longer waits for nothing. */
const IDLE_SECONDS = 300;
/** Of one member, and of all together: what leaves the room is bounded. */
const GROUPS_MOST = 20;
const ALL_GROUPS_MOST = 200;
const MIB = 1024 ** 2;

const Limits = z.strictObject({
  /** Idle clients of one application: fewer are a pool at rest. */
  idleClients: z.number().int().min(1).default(50),
  /** And so many more than at the earlier look. */
  growthClients: z.number().int().min(1).default(20),
  /** Share of maxclients that idle clients of one application hold. */
  warningRatio: z.number().min(0).max(1).default(0.25),
  /** One connection: a subscriber's buffer is cut by the server at 32 MB. */
  heldBytes: z
    .number()
    .min(0)
    .default(32 * MIB),
});
type Limits = z.infer<typeof Limits>;

/** Does an application open connections and forget them? https://redis.io/docs/latest/commands/client-list/ */
export const clientLeaks = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.client-leaks',
  engine: 'redis',
  title: 'Idle clients by application',
  why: 'Connections that are opened and never closed use up maxclients days later, at night.',
  explainedBy: ['traffic', 'failover', 'restart', 'trouble', 'setting'],
  limits: Limits,
  ask: {
    read(target) {
      const most = Math.max(3, Math.min(GROUPS_MOST, Math.floor(ALL_GROUPS_MOST / Math.max(1, target.members.length))));
      return askEach(target, (member) => lookAt(member, most));
    },
  },

  judge: ({ read }, before, limits) => [
    ...read.members.flatMap((member) =>
      member.groups.flatMap((group) => [...leak(member, group, before, limits), ...holder(member, group, limits)]),
    ),
    ...unseenFindings('redis.client-leaks', 'Clients by application', read.unseen),
  ],

  changes(good, now, { growthClients }) {
    const [was, is] = [clientsIn(good.samples.read), clientsIn(now.samples.read)];
    // A group that is not listed then may have been one of the smaller ones.
    return [...is].flatMap(([group, count]) =>
      clientChange(`clients:${group}`, `clients of ${group}`, was.get(group) ?? 0, count, growthClients).map((one) => ({
        ...one,
        objects: [group],
      })),
    );
  },
});

/** Clients of each application over all members. */
function clientsIn({ members }: Sample): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { group, clients } of members.flatMap(({ groups }) => groups)) {
    sums.set(group, (sums.get(group) ?? 0) + clients);
  }
  return sums;
}

async function lookAt(member: RedisMember, groupsMost: number): Promise<Seen<MemberGroups>> {
  const info = await infoOf(member, 'server', 'clients');
  const connected = numberOf(info, 'connected_clients');
  if (connected === undefined || connected > LISTED_MOST) {
    const count = connected === undefined ? 'an unknown number of' : connected.toLocaleString('en-US');
    return {
      skipped: `${member.name} has ${count} clients: CLIENT LIST is asked up to ${LISTED_MOST.toLocaleString('en-US')} only, it would hold up all of them`,
      fix: 'Nothing to grant: the number of clients is judged by redis.clients. To see them, run CLIENT LIST on a replica or at a quiet moment.',
    };
  }
  const said = await asked(member, 'CLIENT', 'LIST');
  if ('gap' in said) return said.gap;
  return {
    sample: {
      ...nameOf(member),
      runId: runIdOf(info),
      most: numberOrNull(info, 'maxclients'),
      groups: groupsOf(parseClientList(said.reply), groupsMost),
    },
  };
}

function groupsOf(clients: readonly ListedClient[], most: number): Group[] {
  const groups = new Map<string, Group>();
  for (const { group, idleSeconds, heldBytes, isWaiting } of clients) {
    const sum = groups.get(group) ?? { group, clients: 0, idle: 0, longestIdleSeconds: 0, mostHeldBytes: 0 };
    const isIdle = !isWaiting && idleSeconds >= IDLE_SECONDS;
    groups.set(group, {
      group,
      clients: sum.clients + 1,
      idle: sum.idle + (isIdle ? 1 : 0),
      longestIdleSeconds: Math.max(sum.longestIdleSeconds, isIdle ? idleSeconds : 0),
      mostHeldBytes: Math.max(sum.mostHeldBytes, heldBytes),
    });
  }
  return capped(
    [...groups.values()].toSorted((a, b) => b.idle - a.idle || b.clients - a.clients),
    most,
  ).shown;
}

function leak(
  member: MemberGroups,
  group: Group,
  before: Before<{ read: Sample }> | undefined,
  limits: Limits,
): Finding[] {
  const earlier = earlierOf(member, before);
  const grown = earlier && group.idle - (earlier.past.groups.find((one) => one.group === group.group)?.idle ?? 0);
  const held = member.most ? group.idle / member.most : 0;
  const grows = grown !== undefined && grown >= limits.growthClients;
  if (group.idle < limits.idleClients || (!grows && held < limits.warningRatio)) return [];
  const since = grows && earlier ? `, ${grown} more than ${durationText(earlier.secondsAgo)} ago` : '';
  return [
    {
      key: `redis.client-leaks:${member.name}:${group.group}`,
      severity: held >= limits.warningRatio ? 'warning' : 'info',
      sentence: `${countText(group.idle, 'client')} of ${group.group} on ${who(member)} are idle for more than ${durationText(IDLE_SECONDS)}, the longest for ${durationText(group.longestIdleSeconds)}${since} (told from ${limits.idleClients}).${shareText(member.most, held, limits)}`,
      measure: { value: group.idle, unit: 'clients', limit: limits.idleClients, step: limits.growthClients },
      evidence: group,
      next: `Let the pool of ${group.group} close idle connections; CONFIG SET timeout 600 lets the server do it for all.`,
    },
  ];
}

function shareText(most: number | null, held: number, { warningRatio }: Limits): string {
  if (!most) return '';
  return ` They hold ${percentText(held)} of its ${most} connections (warning at ${percentText(warningRatio)}).`;
}

function holder(member: MemberGroups, group: Group, limits: Limits): Finding[] {
  if (group.mostHeldBytes < limits.heldBytes) return [];
  return [
    {
      key: `redis.client-leaks:${member.name}:${group.group}:held`,
      severity: 'warning',
      sentence: `One client of ${group.group} holds ${bytesText(group.mostHeldBytes)} of ${who(member)} in its buffers (warning at ${bytesText(limits.heldBytes)}).`,
      measure: { value: group.mostHeldBytes, unit: 'bytes', limit: limits.heldBytes, step: 32 * MIB },
      evidence: group,
      next: 'It asks for much and reads slowly: find out what it fetches before you close it.',
    },
  ];
}
