import { setTimeout as sleep } from 'node:timers/promises';
import { parseClusterNodes } from '../../../targets/cluster-nodes.ts';
import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { answerWithin } from '../../redis-switchover/answer-within.ts';
import { followsNot, notYet } from '../../redis-switchover/ending.ts';
import { needsHuman, nothingDone } from '../../redis-switchover/result.ts';
import { standingOf, type Standing } from '../../redis-switchover/standing.ts';
import type { Stopwatch } from '../../redis-switchover/stopwatch.ts';

/** A replica gives up after 5 s, and so does the primary that holds writes for it (CLUSTER_MF_TIMEOUT); 2 s more for slow clocks. */
export const settledAfterMs = 7000;
const FOLLOW_MS = 5000;
const LOOK_EVERY_MS = 5;
const ANSWER_MS = 1000;

/** The epoch of the slots of a shard before they were moved, in the identity of its plan. */
export const EPOCH = 'epoch of the slots';

/** When it was ordered is null where somebody else did it, or where nobody knows whether the order was heard. */
export type Begun = { watch: Stopwatch; orderedAtMs: number | null; untilMs: number };

/** Waits until the replica is the primary, or until it cannot become one any more. */
export async function finish(target: RedisTarget, order: SwitchoverOrder, begun: Begun): Promise<SwitchoverResult> {
  const [from, to] = [order.from, order.to].map((wanted) => target.members.find(({ name }) => name === wanted));
  let now: Standing | undefined;
  let isSelfMade = false;
  while (performance.now() < begun.untilMs) {
    now = await standingWithin(to);
    if (now?.role === 'primary') {
      if (await isElected(to, order)) return switched(target, order, begun);
      isSelfMade = true;
    }
    await sleep(LOOK_EVERY_MS);
  }
  const former = await standingWithin(from);
  if (!isSelfMade && now?.role === 'replica' && former?.role === 'primary')
    return nothingDone(begun.watch, `${order.to} was not elected within 5 s.`);
  const why = isSelfMade
    ? `${order.to} took over without being elected, and the cluster takes that back: what it was given meanwhile is lost.`
    : `${order.to} did not become the primary, and ${order.from} is not known to be it.`;
  return needsHuman(begun.watch, why, ['Look who serves the slots: /db health.']);
}

/** Every election has an epoch of its own, above all that were before. */
export async function isElected(
  to: RedisMember | undefined,
  { identity }: Pick<SwitchoverOrder, 'identity'>,
): Promise<boolean> {
  const view = to && (await answerWithin(ANSWER_MS, to.call('CLUSTER', 'NODES')));
  const own = parseClusterNodes(view).find(({ flags }) => flags.includes('myself'));
  return own !== undefined && own.configEpoch > Number(identity[EPOCH]);
}

async function standingWithin(member: RedisMember | undefined): Promise<Standing | undefined> {
  return member && answerWithin(ANSWER_MS, standingOf(member));
}

async function switched(target: RedisTarget, order: SwitchoverOrder, begun: Begun): Promise<SwitchoverResult> {
  const { watch, orderedAtMs } = begun;
  const takenAtMs = performance.now();
  watch.begin('Follow');
  const follower = await followed(target, order);
  const unsure = whyUnsure(follower, order, begun);
  const [agreed, asked] = await agreement(target, order);
  return {
    ended: 'switched',
    why: unsure ?? null,
    lost: unsure === undefined ? 'none' : 'unknown',
    phases: watch.phases(),
    // From the order, which comes before the hold, until the new primary says that it is one: never too short.
    writeGapMilliseconds: orderedAtMs === null ? null : takenAtMs - orderedAtMs,
    evidence: [
      `${order.to} says that it is the primary; ${agreed} of ${asked} nodes see it so already.`,
      ...(follower ? [`${order.from} follows ${order.to}.`] : []),
    ],
    left: follower ? [] : [followsNot(order)],
    ...(follower ? {} : { former: notYet(order) }),
  };
}

/**
 * Pure: why nobody can say whether acknowledged writes were lost; undefined where none was. The servers hold and compare, but only for an
 * order: a primary that died meanwhile was followed by an election without either.
 */
export function whyUnsure(
  follower: Standing | undefined,
  { from, to, identity }: SwitchoverOrder,
  { orderedAtMs }: Pick<Begun, 'orderedAtMs'>,
): string | undefined {
  if (follower === undefined) return `${from} does not follow ${to} yet, and what it acknowledged cannot be compared.`;
  if (follower.runId !== identity[`run id of ${from}`]) return `${from} was started again meanwhile.`;
  if (orderedAtMs === null) return `nobody saw whether ${to} took over by this order or because ${from} had failed.`;
  return undefined;
}

async function followed({ members }: RedisTarget, order: SwitchoverOrder): Promise<Standing | undefined> {
  const from = members.find(({ name }) => name === order.from);
  for (const untilMs = performance.now() + FOLLOW_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    const now = await standingWithin(from);
    if (now?.follows?.linkUp === true) return now;
  }
  return undefined;
}

/** How many of the nodes that answer see the new primary as one. */
export async function agreement(
  { members, cluster }: RedisTarget,
  { to }: Pick<SwitchoverOrder, 'to'>,
): Promise<[number, number]> {
  const id = Object.entries(cluster?.names ?? {}).find(([, name]) => name === to)?.[0];
  const views = await Promise.all(members.map((one) => answerWithin(ANSWER_MS, one.call('CLUSTER', 'NODES'))));
  const answered = views.filter((view) => view !== undefined).map(parseClusterNodes);
  const agreeing = answered.filter((nodes) => nodes.some((node) => node.id === id && node.flags.includes('master')));
  return [agreeing.length, answered.length];
}
