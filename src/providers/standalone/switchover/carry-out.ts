import { asFault } from '../../../core/errors.ts';
import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { attempt } from '../../redis-switchover/attempt.ts';
import { LOOK_YOURSELF, rollBack } from '../../redis-switchover/ending.ts';
import { fenceSince } from '../../redis-switchover/fence.ts';
import { endWorkers, takeConnection } from '../../redis-switchover/hold.ts';
import { holdUntilEqual } from '../../redis-switchover/hold-until-equal.ts';
import type { OpenedMember } from '../../redis-switchover/lasting-member.ts';
import { needsHuman, nothingDone } from '../../redis-switchover/result.ts';
import { startStopwatch, type Stopwatch } from '../../redis-switchover/stopwatch.ts';
import { whyNotAsOrdered } from '../../redis-switchover/why-not.ts';
import { finish, type Pair } from './finish.ts';
import { addressName, lookAround, lookOf } from './look.ts';

type Again = (name: string) => Promise<OpenedMember>;

/** A pair of which both answer. */
type Ready = Pair & { from: RedisMember; to: RedisMember };

/** Moves the writes of a pair that nobody watches. It throws only before it has held them. */
export async function carryOut(
  target: RedisTarget,
  specs: readonly MemberSpec[],
  order: SwitchoverOrder,
  again: Again,
): Promise<SwitchoverResult> {
  const watch = startStopwatch();
  const why = whyNotAsOrdered(lookOf(await lookAround(target, specs)), order);
  const pair = pairOf(target, order, watch);
  const { from, to } = pair ?? {};
  if (why !== undefined || !pair || !from || !to)
    return nothingDone(watch, `${why ?? 'Both servers must answer.'} Nothing was done:`);
  await Promise.all([from, to].map(takeConnection));
  try {
    return await handOver({ ...pair, from, to }, again);
  } catch (thrown) {
    return needsHuman(watch, `${asFault(thrown).message}.`, LOOK_YOURSELF);
  }
}

async function handOver(pair: Ready, again: Again): Promise<SwitchoverResult> {
  const { from, to, order, watch } = pair;
  const equal = await holdUntilEqual({ from, to, holdMs: order.deadlineSeconds * 1000, watch });
  if ('why' in equal) return rollBack(from, watch, equal.why);
  watch.begin('Promote');
  const promoted = await attempt(() => to.call('REPLICAOF', 'NO', 'ONE'));
  if ('refused' in promoted) return rollBack(from, watch, `${to.name} refuses (${promoted.refused}).`);
  // The point of no return. Whether it was heard or not: the servers say.
  const evidence = [
    `Before its promotion ${to.name} had every byte that ${from.name} had (log position ${equal.offsetBytes}).`,
  ];
  return finish(pair, { heldAtMs: equal.heldAtMs, evidence, fence: fenceSince(equal.comparedAtMs) }, again);
}

/** What became of it, and the rest of it. Whoever began it is cut off first, dead or alive. */
export async function settle(
  target: RedisTarget,
  order: SwitchoverOrder,
  again: Again,
): Promise<SwitchoverResult | 'unknown'> {
  const watch = startStopwatch();
  const pair = pairOf(target, order, watch);
  if (!pair) return 'unknown';
  const { to } = pair;
  watch.begin('Look what became of it');
  const others = target.members.filter(({ name }) => name !== order.to);
  const [cut] = await Promise.all([
    to && attempt(() => endWorkers(to)),
    ...others.map((member) => attempt(() => endWorkers(member))),
  ]);
  // Whoever is not cut off from it can promote it yet.
  if (!cut || !('done' in cut)) return 'unknown';
  return finish(pair, { heldAtMs: null, evidence: [], fence: fenceSince(null) }, again);
}

function pairOf({ members }: RedisTarget, order: SwitchoverOrder, watch: Stopwatch): Pair | undefined {
  const [, host, port] = /^(.+):(\d+)$/.exec(String(order.identity[addressName(order.to)] ?? '')) ?? [];
  if (host === undefined || port === undefined) return undefined;
  const named = (wanted: string) => members.find(({ name }) => name === wanted);
  return { order, from: named(order.from), to: named(order.to), toAddress: { host, port }, watch };
}
