import { asFault } from '../../../core/errors.ts';
import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { attempt } from '../../redis-switchover/attempt.ts';
import { rollBack } from '../../redis-switchover/ending.ts';
import { fenceSince } from '../../redis-switchover/fence.ts';
import { takeConnection } from '../../redis-switchover/hold.ts';
import { holdUntilEqual } from '../../redis-switchover/hold-until-equal.ts';
import type { OpenedMember } from '../../redis-switchover/lasting-member.ts';
import { needsHuman, nothingDone } from '../../redis-switchover/result.ts';
import { whyNotAsOrdered } from '../../redis-switchover/why-not.ts';
import { finish } from './finish.ts';
import { holdSecondsMost, lookAround, lookOf } from './look.ts';
import { choosable } from './sentinel-view.ts';
import { workOf, type Work } from './work.ts';

type Again = (name: string) => Promise<OpenedMember>;

/** Work whose two servers answer, with the Sentinel that gets the order. */
type Ready = Work & { from: RedisMember; to: RedisMember; leader: RedisMember; holdMs: number };

/** Moves the writes of a group under Sentinel. It throws only before it has held them. */
export async function carryOut(target: RedisTarget, order: SwitchoverOrder, again: Again): Promise<SwitchoverResult> {
  const work = workOf(target, order);
  if (!work) throw new Error('the order names no address of the new primary');
  const ready = await prepare(target, work);
  if ('why' in ready) return nothingDone(work.watch, `${ready.why} Nothing was done:`);
  try {
    return await handOver(ready, again);
  } catch (thrown) {
    return needsHuman(work.watch, `${asFault(thrown).message}.`, ['Look who takes the writes: /db health.']);
  }
}

/** Everything that takes its time, before anybody waits for us. */
async function prepare(target: RedisTarget, work: Work): Promise<Ready | { why: string }> {
  const seen = await lookAround(target);
  const why = whyNotAsOrdered('refused' in seen ? seen : lookOf(seen), work.order);
  const { from, to } = work;
  if (why !== undefined) return { why };
  if (!from || !to || 'refused' in seen) return { why: `${work.order.from} and ${work.order.to} must both answer.` };
  const runId = work.order.identity[`run id of ${to.name}`];
  const able = seen.views.find((view) => choosable(view)[0]?.runId === runId);
  const leader = work.sentinels.find(({ name }) => name === able?.name);
  if (!leader) return { why: `No Sentinel would promote ${to.name}.` };
  await Promise.all([from, to, ...work.sentinels].map(takeConnection));
  return {
    ...work,
    from,
    to,
    leader,
    holdMs: Math.min(work.order.deadlineSeconds, holdSecondsMost(seen.views)) * 1000,
  };
}

async function handOver(ready: Ready, again: Again): Promise<SwitchoverResult> {
  const { from, to, leader, masterName, watch } = ready;
  const equal = await holdUntilEqual(ready);
  if ('why' in equal) return rollBack(from, watch, equal.why);
  watch.begin('Promote');
  const tried = await attempt(() => leader.call('SENTINEL', 'FAILOVER', masterName));
  // INPROG: somebody else has ordered it, and the primary changes all the same.
  if ('refused' in tried && !tried.refused.includes('INPROG'))
    return rollBack(from, watch, `${leader.name} refuses (${tried.refused}).`);
  // The point of no return. Whether it was heard or not: the servers say.
  const evidence = [
    `Before the order ${to.name} had every byte that ${from.name} had (log position ${equal.offsetBytes}).`,
  ];
  // Whose order it is that INPROG speaks of nobody says: then any of them may promote.
  const ordered = 'refused' in tried ? ready.expected : [leader.name];
  const { heldAtMs, comparedAtMs } = equal;
  return finish(ready, { heldAtMs, evidence, ordered, fence: fenceSince(comparedAtMs) }, again);
}
