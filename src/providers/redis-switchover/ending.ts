import { setTimeout as sleep } from 'node:timers/promises';
import { countText } from '../../checks/wording.ts';
import type { RedisMember } from '../../targets/redis.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../targets/switchover.ts';
import { answerWithin } from './answer-within.ts';
import { attempt } from './attempt.ts';
import { FENCE_MS, cutClients, releaseWrites } from './hold.ts';
import { writeRolesDown } from './demote.ts';
import type { Fence } from './fence.ts';
import { needsHuman, nothingDone } from './result.ts';
import { standingOf } from './standing.ts';
import type { Stopwatch } from './stopwatch.ts';

export const LOOK_YOURSELF = ['Look who takes the writes: /db health.'];
const FOLLOW_MS = 5000;
const LOOK_EVERY_MS = 20;
const ANSWER_MS = 1000;

/** Lets writes go on where they were: nothing was changed. */
export async function rollBack(
  from: RedisMember | undefined,
  watch: Stopwatch,
  why: string,
): Promise<SwitchoverResult> {
  watch.begin('Let writes go on');
  const released = from && (await attempt(() => releaseWrites(from)));
  if (released && 'done' in released) return nothingDone(watch, why);
  return {
    ...nothingDone(watch, why),
    left: [`Writes may wait for up to ${FENCE_MS / 1000} s more: CLIENT UNPAUSE on the primary lets them through.`],
  };
}

/** What was known when the end began. `heldAtMs` is null where somebody else held the writes. */
export type Begun = { heldAtMs: number | null; evidence: readonly string[]; fence: Fence };

/** What is known at the end. `unsure`: why nobody can say whether writes were lost; undefined where none was. */
export type Known = { heldAtMs: number | null; evidence: readonly string[]; unsure: string | undefined };

/** The new primary is there and the old one follows: clients are let go, and what a person will want to know is looked at. */
export async function letGo(
  { from, order, watch }: { from: RedisMember | undefined; order: SwitchoverOrder; watch: Stopwatch },
  { heldAtMs, evidence, unsure }: Known,
  also: readonly RedisMember[] = [],
): Promise<SwitchoverResult> {
  const cut = from && (await attempt(() => cutClients(from)));
  if (from) await attempt(() => releaseWrites(from));
  const letGoAtMs = performance.now();
  watch.begin('Follow');
  const unwritten = await Promise.all([from, ...also].map(async (one) => one && writeRolesDown(one)));
  const behind = await notFollowing(from, order);
  return {
    ended: 'switched',
    why: unsure ?? null,
    lost: unsure === undefined ? 'none' : 'unknown',
    phases: watch.phases(),
    // From before the hold until every client could go on at the new primary, which took writes from earlier on.
    writeGapMilliseconds: heldAtMs === null ? null : letGoAtMs - heldAtMs,
    evidence: [
      ...evidence,
      ...(cut && 'done' in cut && cut.done > 0 ? [`${countText(cut.done, 'connection')} to ${order.from} ended.`] : []),
      ...(behind === undefined ? [`${order.from} follows ${order.to}, its link is up.`] : []),
    ],
    left: [...unwritten, behind].filter((one) => one !== undefined),
    ...(behind === undefined ? {} : { former: notYet(order) }),
  };
}

/** One sentence when the old primary has not got its link to the new one within a few seconds. */
async function notFollowing(from: RedisMember | undefined, order: SwitchoverOrder): Promise<string | undefined> {
  if (!from) return followsNot(order);
  for (const untilMs = performance.now() + FOLLOW_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    const now = await answerWithin(ANSWER_MS, standingOf(from));
    if (now?.follows?.linkUp === true) return undefined;
  }
  return followsNot(order);
}

/** For the headline, and for what is left to be done. */
export const notYet = ({ from }: SwitchoverOrder) => `${from} does not follow it yet`;

export function followsNot({ from, to }: SwitchoverOrder): string {
  return `${from} does not follow ${to} yet: until it does there is no second copy. See /db health.`;
}

/** The old primary will not follow: nobody should guess what to do about it. */
export function refusesToFollow(watch: Stopwatch, { from, to }: SwitchoverOrder, refused: string): SwitchoverResult {
  return needsHuman(watch, `${to} is the primary, and ${from} refuses to follow it (${refused}).`, [
    `Make ${from} follow ${to} (REPLICAOF) within ${FENCE_MS / 1000} s: until then its writes are held.`,
  ]);
}
