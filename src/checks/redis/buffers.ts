import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText, countText, durationText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOf, numberOrNull, runIdOf, who } from './info.ts';
import { earlierOf, growthOf } from './since.ts';

type MemberBuffers = {
  name: string;
  role: string;
  runId: string | null;
  clients: number | null;
  clientBytes: number | null;
  /** What replicas have not taken yet, beyond the backlog. */
  replicaBytes: number | null;
  /** Connections that the server closed because a buffer was over its limit; null where it does not count them. */
  closedForBuffers: number | null;
};
type Sample = EachSaid<MemberBuffers>;

const MIB = 1024 ** 2;
const Limits = z.strictObject({
  /** Average of one client: MEMORY DOCTOR has the same limit. */
  averageBytes: z
    .number()
    .min(0)
    .default(200 * 1024),
  clientBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
  replicaBytes: z
    .number()
    .min(0)
    .default(10 * MIB),
});
type Limits = z.infer<typeof Limits>;

/** Do clients or replicas take their answers too slowly? https://redis.io/docs/latest/develop/reference/clients/#output-buffer-limits */
export const buffers = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.buffers',
  engine: 'redis',
  title: 'Client and replica buffers',
  why: 'Answers that nobody fetches fill the memory of the server, and beyond a limit it cuts the connection.',
  explainedBy: ['traffic', 'keys', 'setting', 'restart'],
  limits: Limits,
  ask: { read: (target) => askEach(target, async (member) => ({ sample: await lookAt(member) })) },

  judge: ({ read }, before, limits) => [
    ...read.members.flatMap((member) => [
      ...ofClients(member, limits),
      ...ofReplicas(member, limits),
      ...closed(member, before),
    ]),
    ...unseenFindings('redis.buffers', 'Buffers', read.unseen),
  ],
});

async function lookAt(member: RedisMember): Promise<MemberBuffers> {
  const info = await infoOf(member, 'server', 'clients', 'memory', 'stats', 'replication');
  const total = numberOf(info, 'mem_total_replication_buffers');
  const backlog = numberOf(info, 'repl_backlog_histlen') ?? 0;
  const closings = [
    'client_output_buffer_limit_disconnections',
    'client_query_buffer_limit_disconnections',
    'evicted_clients',
  ]
    .map((field) => numberOf(info, field))
    .filter((one) => one !== undefined);
  return {
    ...nameOf(member),
    runId: runIdOf(info),
    clients: numberOrNull(info, 'connected_clients'),
    clientBytes: numberOrNull(info, 'mem_clients_normal'),
    // From 7.0 on replicas share the backlog, and what is beyond it is what they are behind.
    replicaBytes: total === undefined ? numberOrNull(info, 'mem_clients_slaves') : Math.max(0, total - backlog),
    closedForBuffers: closings.length === 0 ? null : closings.reduce((sum, one) => sum + one, 0),
  };
}

function ofClients(member: MemberBuffers, limits: Limits): Finding[] {
  const { clientBytes, clients } = member;
  if (clientBytes === null || !clients || clientBytes < limits.clientBytes) return [];
  const average = clientBytes / clients;
  if (average < limits.averageBytes) return [];
  return [
    {
      key: `redis.buffers:${member.name}:clients`,
      severity: 'warning',
      sentence: `The buffers of ${countText(clients, 'client')} take ${bytesText(clientBytes)} of ${who(member)}, ${bytesText(average)} each (warning at ${bytesText(limits.clientBytes)} and ${bytesText(limits.averageBytes)} each).`,
      measure: { value: clientBytes, unit: 'bytes', limit: limits.clientBytes, step: 50 * MIB },
      evidence: member,
      next: 'Find the client with the largest omem in CLIENT LIST: it asks for much and reads slowly.',
    },
  ];
}

function ofReplicas(member: MemberBuffers, limits: Limits): Finding[] {
  const { replicaBytes } = member;
  if (replicaBytes === null || replicaBytes < limits.replicaBytes) return [];
  return [
    {
      key: `redis.buffers:${member.name}:replicas`,
      severity: 'warning',
      sentence: `${bytesText(replicaBytes)} wait on ${who(member)} for replicas that do not keep up (warning at ${bytesText(limits.replicaBytes)}); beyond client-output-buffer-limit their link is cut and they copy everything anew.`,
      measure: { value: replicaBytes, unit: 'bytes', limit: limits.replicaBytes, step: 50 * MIB },
      evidence: member,
      next: 'Look at the network to the replicas and at their load before you raise client-output-buffer-limit.',
    },
  ];
}

function closed(member: MemberBuffers, before: Before<{ read: Sample }> | undefined): Finding[] {
  const earlier = earlierOf(member, before);
  const count = earlier && growthOf(member.closedForBuffers, earlier.past.closedForBuffers);
  if (!earlier || !count) return [];
  return [
    {
      key: `redis.buffers:${member.name}:closed`,
      severity: 'warning',
      sentence: `${who(member)} closed ${countText(count, 'connection')} in the last ${durationText(earlier.secondsAgo)} because a buffer was over its limit (warning at 1).`,
      measure: { value: count, unit: 'connections', limit: 1, step: 10 },
      evidence: member,
      next: 'Look in the log of that server for the client; a subscriber that reads too slowly is the usual one.',
    },
  ];
}
