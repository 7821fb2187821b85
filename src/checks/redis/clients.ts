import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { countText, durationText, percentText } from '../wording.ts';
import { asked, askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOf, numberOrNull, runIdOf, who } from './info.ts';
import { clientChange, grownIn, rateChange } from './rate-changes.ts';
import { earlierOf, growthOf } from './since.ts';

type MemberClients = {
  name: string;
  role: string;
  runId: string | null;
  connected: number | null;
  /** Links of the cluster bus: they count against maxclients, too. */
  busLinks: number;
  /** Null where neither INFO (from 7.0 on) nor CONFIG says it. */
  most: number | null;
  rejected: number | null;
  /** In BLPOP, XREAD, WAIT and the like. */
  blocked: number | null;
  /** Commands that it has carried out since the start. */
  commands: number | null;
  /** Why clients are made to wait: a failover, CLIENT PAUSE; null where nothing is paused or the server does not say. */
  paused: string | null;
};
type Sample = EachSaid<MemberClients>;

const Limits = z.strictObject({
  warningRatio: z.number().min(0).max(1).default(0.8),
  criticalRatio: z.number().min(0).max(1).default(0.9),
  /** Workers wait in blocking commands all day; only a rise by as many, to twice the number, is told. */
  blockedClients: z.number().int().min(1).default(50),
  /** So many clients more, and twice as many, than at the last good report are told as a change; so many commands likewise. */
  leastJumpClients: z.number().int().min(1).default(20),
  leastJumpPerSecond: z.number().min(1).default(100),
});
type Limits = z.infer<typeof Limits>;

/** Can one more client connect? https://redis.io/docs/latest/develop/reference/clients/ */
export const clients = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.clients',
  engine: 'redis',
  title: 'Clients against maxclients',
  why: 'At maxclients every new connection is refused, and the application is down although the cache is up.',
  explainedBy: ['traffic', 'failover', 'restart', 'trouble', 'setting'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, before, limits) => [
    ...read.members.flatMap((member) => [
      ...slots(member, limits),
      ...rejections(member, before),
      ...blockedRise(member, before, limits),
      ...pause(member),
    ]),
    ...unseenFindings('redis.clients', 'Clients', read.unseen),
  ],

  comparesRates: true,
  changes(good, now, { leastJumpClients, leastJumpPerSecond }) {
    const [was, is] = [connectedIn(good.samples.read), connectedIn(now.samples.read)];
    const [then, grown] = [grownIn(good, ['commands']), grownIn(now, ['commands'], good)];
    const limits = { leastRatio: 3, leastPerSecond: leastJumpPerSecond };
    return [
      ...(was === null || is === null ? [] : clientChange('clients', 'clients', was, is, leastJumpClients)),
      ...(then && grown
        ? rateChange(
            { id: 'commands', kind: 'traffic', noun: 'commands' },
            then.commands / then.seconds,
            grown.commands / grown.seconds,
            limits,
          )
        : []),
    ];
  },

  facts({ read }) {
    const [primary] = read.members.filter(({ role }) => role === 'primary');
    if (!primary || primary.connected === null) return [];
    const { connected, most } = primary;
    return [{ label: 'Clients', value: most === null ? String(connected) : `${connected} of ${most}` }];
  },
});

async function lookAt(member: RedisMember): Promise<MemberClients> {
  const info = await infoOf(member, 'server', 'clients', 'stats');
  const reason = info['paused_reason'] ?? 'none';
  return {
    ...nameOf(member),
    runId: runIdOf(info),
    connected: numberOrNull(info, 'connected_clients'),
    busLinks: numberOf(info, 'cluster_connections') ?? 0,
    most: numberOf(info, 'maxclients') ?? (await configured(member)),
    rejected: numberOrNull(info, 'rejected_connections'),
    blocked: numberOrNull(info, 'blocked_clients'),
    commands: numberOrNull(info, 'total_commands_processed'),
    paused: reason === 'none' ? null : reason,
  };
}

/** Of all members; null where one does not say it. */
function connectedIn({ members }: Sample): number | null {
  const known = members.flatMap(({ connected }) => connected ?? []);
  return known.length < members.length ? null : known.reduce((sum, one) => sum + one, 0);
}

async function configured(member: RedisMember): Promise<number | null> {
  const said = await asked(member, 'CONFIG', 'GET', 'maxclients');
  return 'reply' in said && Array.isArray(said.reply) && said.reply.length > 1 ? Number(said.reply[1]) : null;
}

function slots(member: MemberClients, limits: Limits): Finding[] {
  const { connected, busLinks, most } = member;
  if (connected === null || !most) return [];
  const used = connected + busLinks;
  const ratio = used / most;
  if (ratio < limits.warningRatio) return [];
  const severity = ratio >= limits.criticalRatio ? 'critical' : 'warning';
  const limit = severity === 'critical' ? limits.criticalRatio : limits.warningRatio;
  return [
    {
      key: `redis.clients:${member.name}:slots`,
      severity,
      sentence: `${used} of ${most} connections of ${who(member)} are in use (${percentText(ratio)}, ${severity} at ${percentText(limit)}).`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 5 },
      evidence: member,
      next: 'Find out which application opens so many; let its pool close idle ones before you raise maxclients.',
    },
  ];
}

function rejections(member: MemberClients, before: Before<{ read: Sample }> | undefined): Finding[] {
  const earlier = earlierOf(member, before);
  const rejected = earlier && growthOf(member.rejected, earlier.past.rejected);
  if (!earlier || !rejected) return [];
  return [
    {
      key: `redis.clients:${member.name}:rejected`,
      severity: 'warning',
      sentence: `${who(member)} turned ${countText(rejected, 'connection')} away in the last ${durationText(earlier.secondsAgo)} because maxclients was reached (warning at 1).`,
      measure: { value: rejected, unit: 'connections', limit: 1, step: 100 },
      evidence: member,
      next: 'Find out which application opens so many; a restart of its pods at once is the usual cause.',
    },
  ];
}

function blockedRise(member: MemberClients, before: Before<{ read: Sample }> | undefined, limits: Limits): Finding[] {
  const earlier = earlierOf(member, before);
  const [now, then] = [member.blocked, earlier?.past.blocked ?? null];
  if (!earlier || now === null || then === null) return [];
  if (now - then < limits.blockedClients || now < 2 * then) return [];
  return [
    {
      key: `redis.clients:${member.name}:blocked`,
      severity: 'info',
      sentence: `${countText(now, 'client')} of ${who(member)} wait in a blocking command, ${then} did ${durationText(earlier.secondsAgo)} ago (told from ${limits.blockedClients} more).`,
      measure: { value: now, unit: 'clients', limit: then + limits.blockedClients, step: 50 },
      evidence: member,
      next: 'Workers that wait for jobs are in order; where they should have work, look at what fills their queue.',
    },
  ];
}

function pause(member: MemberClients): Finding[] {
  if (member.paused === null) return [];
  return [
    {
      key: `redis.clients:${member.name}:paused`,
      severity: 'warning',
      sentence: `${who(member)} makes its clients wait (${member.paused}).`,
      evidence: member,
      next: 'Ask who paused it; CLIENT UNPAUSE ends a pause that was forgotten.',
    },
  ];
}
