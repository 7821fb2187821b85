import type { RedisTarget } from '../../../targets/redis.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { attempt } from '../../redis-switchover/attempt.ts';
import { nothingDone } from '../../redis-switchover/result.ts';
import { startStopwatch } from '../../redis-switchover/stopwatch.ts';
import { whyNotAsOrdered } from '../../redis-switchover/why-not.ts';
import { finish, settledAfterMs } from './finish.ts';
import { lookAround, lookOf } from './look.ts';

/**
 * Orders the replica to take over, and watches what becomes of it. The servers hold writes, compare and undo by themselves.
 * https://redis.io/docs/latest/commands/cluster-failover/
 */
export async function carryOut(target: RedisTarget, order: SwitchoverOrder): Promise<SwitchoverResult> {
  const watch = startStopwatch();
  const seen = await lookAround(target, order.to);
  const why = whyNotAsOrdered('refused' in seen ? seen : lookOf(seen), order);
  const to = target.members.find(({ name }) => name === order.to);
  if (why !== undefined || !to) return nothingDone(watch, `${why ?? `${order.to} does not answer.`} Nothing was done:`);
  watch.begin('Hand over');
  const orderedAtMs = performance.now();
  const ordered = await attempt(() => to.call('CLUSTER', 'FAILOVER'));
  if ('refused' in ordered) return nothingDone(watch, `${to.name} refuses (${ordered.refused}).`);
  const begun = { watch, orderedAtMs: 'done' in ordered ? orderedAtMs : null, untilMs: orderedAtMs + settledAfterMs };
  return finish(target, order, begun);
}

/** What became of it. An order that was still under way has ended, one way or the other, after a few seconds. */
export async function settle(target: RedisTarget, order: SwitchoverOrder): Promise<SwitchoverResult | 'unknown'> {
  const { from, to } = order;
  if (!target.members.some(({ name }) => name === from || name === to)) return 'unknown';
  const watch = startStopwatch();
  watch.begin('Look what became of it');
  return finish(target, order, { watch, orderedAtMs: null, untilMs: performance.now() + settledAfterMs });
}
