import { setTimeout as sleep } from 'node:timers/promises';
import { bytesText } from '../../checks/wording.ts';
import type { RedisMember } from '../../targets/redis.ts';
import { answerWithin } from '../redis-switchover/answer-within.ts';
import { attempt } from '../redis-switchover/attempt.ts';
import { writeRolesDown } from '../redis-switchover/demote.ts';
import { standingOf, type Standing } from '../redis-switchover/standing.ts';
import { roleOf } from './link.ts';
import type { Work } from './work.ts';

const FOLLOW_MS = 5000;
const LOOK_EVERY_MS = 50;
const ANSWER_MS = 1000;

/** What became of the other replicas, one sentence each. */
export type Followed = { evidence: readonly string[]; left: readonly string[] };

/** Points the replicas of the old primary to the new one. One that takes writes itself, or has more, is left alone: that would discard what it has. */
export async function pointReplicas({ others, order, toAddress }: Work, promoted: Standing): Promise<Followed> {
  const all = await Promise.all(
    others.filter(({ name }) => name !== order.from).map((one) => pointReplica(one, promoted, toAddress)),
  );
  return { evidence: all.flatMap(({ evidence }) => evidence), left: all.flatMap(({ left }) => left) };
}

async function pointReplica(
  replica: RedisMember,
  promoted: Standing,
  { host, port }: { host: string; port: string },
): Promise<Followed> {
  const { name } = replica;
  const { name: to } = promoted;
  const byHand = (why: string): Followed => ({
    evidence: [],
    left: [`${name} does not follow ${to} (${why}): REPLICAOF ${host} ${port} there.`],
  });
  const now = await answerWithin(ANSWER_MS, roleOf(replica));
  if (!now) return byHand('it does not answer');
  if (!now.link) return byHand('it takes writes itself; look what it has that is not there, for it discards that');
  if (now.link.follows !== `${host}:${port}`) {
    const more = moreBytes(now.standing, promoted);
    if (more > 0) return { evidence: [], left: [keepWords(name, to, more)] };
    const told = await attempt(() => replica.call('REPLICAOF', host, port));
    if ('refused' in told) return byHand(told.refused);
  }
  if (!(await isLinked(replica, `${host}:${port}`))) return byHand('its link did not come up within 5 s');
  const unwritten = await writeRolesDown(replica);
  return { evidence: [`${name} follows ${to}.`], left: unwritten === undefined ? [] : [unwritten] };
}

/** Pure: how far the log of a replica goes beyond what the new primary had at its promotion; 0 for one that has its log since. */
export function moreBytes(replica: Standing, { replicationId, before, offsetBytes }: Standing): number {
  if (replica.replicationId === replicationId) return 0;
  return Math.max(0, replica.offsetBytes - (before?.offsetBytes ?? offsetBytes));
}

function keepWords(name: string, to: string, bytes: number): string {
  return `${name} has ${bytesText(bytes)} of log more than ${to} had at its promotion, and does not follow it: keep it, and save its data, before anything makes it follow, which discards that.`;
}

async function isLinked(replica: RedisMember, address: string): Promise<boolean> {
  for (const untilMs = performance.now() + FOLLOW_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    const now = await answerWithin(ANSWER_MS, standingOf(replica));
    if (now?.follows?.linkUp === true && now.follows.address === address) return true;
  }
  return false;
}
