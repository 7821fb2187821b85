import type { RedisMember } from '../../targets/redis.ts';
import { answerWithin } from './answer-within.ts';
import { attempt, type Attempt } from './attempt.ts';
import type { Fence } from './fence.ts';
import { FENCE_MS, holdWrites } from './hold.ts';
import { standingOf, strayBytes, type Standing } from './standing.ts';

const ANSWER_MS = 1000;

/** The old primary and the new one, and where the new one is for the old one. */
export type Demotion = { from: RedisMember; to: RedisMember; toAddress: { host: string; port: string } };

/** `again`: nothing was done, or nobody heard whether; it has to be looked at once more. */
export type Demoted = 'done' | 'again' | { refused: string };

/**
 * Makes the old primary follow the new one. Its writes are held first, and only then both are compared: the hold of before may have
 * run out between a look and this.
 */
export async function demote({ from, to, toAddress }: Demotion, fence: Fence): Promise<Demoted> {
  const askedAtMs = performance.now();
  const held = await attempt(() => holdWrites(from, FENCE_MS));
  if (!('done' in held)) return 'again';
  const [former, promoted] = await Promise.all([from, to].map((one) => answerWithin(ANSWER_MS, standingOf(one))));
  if (!mayFollow(former, promoted)) return 'again';
  fence.compared(askedAtMs);
  const tried = await follow(from, toAddress);
  if ('refused' in tried) return tried;
  return 'done' in tried ? 'done' : 'again';
}

/** Pure: both take writes, and the old primary has nothing that the new one lacks. */
export function mayFollow(former: Standing | undefined, promoted: Standing | undefined): boolean {
  if (former?.role !== 'primary' || promoted?.role !== 'primary') return false;
  return strayBytes(former, promoted) === 0;
}

/**
 * Makes a server a replica of another, now and after a restart. From then on it refuses writes, whoever asks.
 * https://redis.io/docs/latest/commands/replicaof/ https://redis.io/docs/latest/commands/config-rewrite/
 */
async function follow(member: RedisMember, { host, port }: { host: string; port: string }): Promise<Attempt<unknown>> {
  return attempt(() => member.call('REPLICAOF', host, port));
}

/** What a person still has to do so that the roles of now survive a restart; undefined where the server has written them down. */
export async function writeRolesDown(member: RedisMember): Promise<string | undefined> {
  const tried = await attempt(() => member.call('CONFIG', 'REWRITE'));
  if ('done' in tried) return undefined;
  const why = 'refused' in tried ? tried.refused : tried.unknown;
  return `${member.name} could not write its new role to its configuration file (${why}): after a restart it would take writes until somebody makes it follow. Set \`replicaof\` there.`;
}
