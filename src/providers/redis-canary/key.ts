import type { MemberSpec, TargetSpec } from '../../targets/spec.ts';
import type { Heartbeat } from '../../targets/canary.ts';
import type { Acknowledged } from '../canary/pen.ts';
import { loginOf } from '../credentials.ts';
import { type OpenOptions } from '../open-options.ts';
import { CANARY_KEY } from '../redis-commands.ts';
import { openRedisSession, type RedisSession } from '../redis-session.ts';

/** An hour: a loss can be read off it for so long, and nothing stays behind where the canary is taken out of the config. */
const KEPT_SECONDS = 3600;
/** What a client waits for, see ATTEMPT_MS. */
const PATIENCE_MS = 1000;
const DEADLINE_MS = 120_000;

/** Pure: the key; in a cluster with a tag that leads to the shard. */
export function keyOf(tag?: string): string {
  return tag === undefined ? CANARY_KEY : `${CANARY_KEY}:{${tag}}`;
}

/** Opens a session of the canary with one server, which is named by its member where it is one. */
export async function openCanary(
  spec: TargetSpec,
  { host, port }: Pick<MemberSpec, 'host' | 'port'>,
  options: OpenOptions,
): Promise<RedisSession> {
  const data = spec.members.filter(({ role }) => role !== 'sentinel');
  const member = data.find((one) => one.host === host && one.port === port) ?? data[0];
  if (!member) throw new TypeError('a target has members');
  const login = await loginOf(spec, member, 'canary', options);
  const limits = { deadlineMs: DEADLINE_MS, connectTimeoutMs: PATIENCE_MS, queryTimeoutMs: PATIENCE_MS };
  return openRedisSession({ host, port, tls: spec.tls }, login, limits);
}

let youngest = 0;

/** Writes the key, and hears what was there. https://redis.io/docs/latest/commands/set/ (GET since 6.2) */
export async function writeKey(session: Pick<RedisSession, 'call'>, key: string, name: string): Promise<Acknowledged> {
  // By the clock, so that a later process goes on where an earlier one ended, and never twice the same.
  youngest = Math.max(youngest + 1, Date.now());
  const number = youngest;
  const before = await session.call('SET', key, String(number), 'EX', String(KEPT_SECONDS), 'GET');
  return { member: name, history: name, number, before: numberIn(before), at: new Date(number).toISOString() };
}

/** What a server has of it, a replica as well. */
export async function readKey(
  session: Pick<RedisSession, 'call'>,
  key: string,
  name: string,
): Promise<Heartbeat | null> {
  const number = numberIn(await session.call('GET', key));
  return number === null ? null : { member: name, number, at: new Date(number).toISOString() };
}

function numberIn(reply: unknown): number | null {
  const number = typeof reply === 'string' ? Number(reply) : Number.NaN;
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}
