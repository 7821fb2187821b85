import { bytesText, countText, durationText } from '../../checks/wording.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Plan } from '../../core/plan.ts';
import { emptyReport } from '../../core/report.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { lookAtClient, redisMemberOf, type ClientKind, type RedisClient } from './client.ts';

type About = { runId: string; startedAt: string; target: TargetName; expiresAt: string };

export type ClientIdentity = {
  member: string;
  serverRunId: string;
  id: number;
  addr: string;
  name: string;
  kind: ClientKind;
  /** How old it was when it was planned: the same client is never younger. */
  leastAgeSeconds: number;
};
export type ClientEnded = { became: 'ended' | 'still there' | 'gone' | 'another client' };

/** https://redis.io/docs/latest/commands/client-kill/: a client in MONITOR counts as a normal one. */
const TYPES: Readonly<Partial<Record<ClientKind, string>>> = { normal: 'NORMAL', monitor: 'NORMAL', pubsub: 'PUBSUB' };

export function identityOf(client: RedisClient): ClientIdentity {
  const { member, serverRunId, id, addr, name, kind, ageSeconds } = client;
  return { member, serverRunId, id, addr, name, kind, leastAgeSeconds: ageSeconds };
}

/**
 * Ends the client only if it is still the planned one. Server, name and age are looked at just before; id, address and kind are
 * compared by the command itself, which never ends a link of replication nor ourselves.
 */
export async function endClient(target: RedisTarget, planned: ClientIdentity): Promise<ClientEnded> {
  const member = redisMemberOf(target, planned.member);
  const now = await lookAtClient(member, planned.id);
  if (!now) return { became: 'gone' };
  const type = TYPES[planned.kind];
  if (!isSame(now, planned) || type === undefined) return { became: 'another client' };
  const filters = ['ID', String(planned.id), 'ADDR', planned.addr, 'TYPE', type, 'SKIPME', 'YES'];
  const ended = await member.call('CLIENT', 'KILL', ...filters);
  return Number(ended) === 1 ? { became: 'ended' } : clientGone(target, planned);
}

/** Asks the server what became of it. */
export async function clientGone(target: RedisTarget, planned: ClientIdentity): Promise<ClientEnded> {
  const now = await lookAtClient(redisMemberOf(target, planned.member), planned.id);
  return { became: now && isSame(now, planned) ? 'still there' : 'ended' };
}

function isSame(now: RedisClient, { serverRunId, addr, name, kind, leastAgeSeconds }: ClientIdentity): boolean {
  return (
    now.serverRunId === serverRunId &&
    now.addr === addr &&
    now.name === name &&
    now.kind === kind &&
    now.ageSeconds >= leastAgeSeconds
  );
}

/** Pure: what ending this client means. */
export function endClientPlan({ runId, target, expiresAt }: About, client: RedisClient): Plan {
  const { id, member, name, addr, user } = client;
  return {
    runId,
    operation: 'end',
    target: target.name,
    identity: identityOf(client),
    steps: [
      `Compare client ${id}, its address, name and age with this plan`,
      `End client ${id} on ${member}, if it is still no link of replication`,
    ],
    args: { pid: id },
    loss: lossOf(client),
    blastRadius: [
      `Client "${name || 'unnamed'}" from ${addr} (user ${user || 'default'}) loses one connection; most libraries connect again by themselves.`,
    ],
    facts: [
      { label: 'Kind', value: client.kind },
      { label: 'Last command', value: client.command || 'none' },
      { label: 'Connected for', value: durationText(client.ageSeconds) },
      { label: 'Idle for', value: durationText(client.idleSeconds) },
      { label: 'Output buffer', value: bytesText(client.outputBytes) },
    ],
    expiresAt,
  };
}

/** A sentence that stays the same while only measurements change. */
function lossOf({ id, kind, queued }: RedisClient): string {
  if (kind === 'pubsub')
    return `Client ${id} is a subscriber: what is published until it subscribes again is lost to it.`;
  if (queued !== null) return `The commands that client ${id} has queued for EXEC are dropped.`;
  return `Answers that client ${id} has not read yet; no data.`;
}

/** Pure: how it ended, and what that cost. */
export function endClientOutcome({ target, startedAt }: About, client: RedisClient, { became }: ClientEnded): Outcome {
  const { id, member, name, queued, subscriptions, outputBytes } = client;
  if (became === 'still there')
    return { failed: `client ${id} was asked to end and is still there`, code: 'timed_out' };
  if (became === 'gone')
    return { refused: `client ${id} is gone: it left by itself before it was its turn; nothing was done` };
  if (became === 'another client') {
    return { refused: `client ${id} is not the client that was planned any more; nothing was done` };
  }
  const lost = [
    ...(queued === null ? [] : [`${countText(queued, 'command')} queued for EXEC`]),
    ...(subscriptions === 0 ? [] : [`${countText(subscriptions, 'subscription')} until it subscribes again`]),
    ...(outputBytes === 0 ? [] : [`answers of ${bytesText(outputBytes)} that it had not read`]),
  ];
  const headline = `client ${id} ("${name || 'unnamed'}") on ${member} was ended`;
  return {
    done: {
      ...emptyReport({ operation: 'end', subject: target.name, status: 'info', headline, at: startedAt }),
      text: [`Lost: ${lost.join(', ') || 'nothing but the connection'}.`],
      next: [{ label: 'Show sessions', operation: 'sessions', target: target.name, args: [], disruptive: false }],
    },
  };
}
