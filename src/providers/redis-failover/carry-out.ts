import { asFault } from '../../core/errors.ts';
import type { FailoverLook, FailoverResult } from '../../targets/failover.ts';
import type { RedisMember } from '../../targets/redis.ts';
import { attempt } from '../redis-switchover/attempt.ts';
import { LOOK_YOURSELF } from '../redis-switchover/ending.ts';
import { takeConnection } from '../redis-switchover/hold.ts';
import { closeFence, type Fenced } from './fence.ts';
import { finish, type Ending } from './finish.ts';
import { addressName } from './look.ts';
import { needsHuman, notDone } from './result.ts';
import { roomSign, whyNotDead } from './signs.ts';
import { untilStable } from './stable.ts';
import { whyNotAsOrdered } from './why-not.ts';
import type { Work } from './work.ts';

/** How those who watch the servers take part: what they say before, and what they are told after. */
export type Watchers = { look: () => Promise<FailoverLook | { refused: string }>; ending: Ending };

/**
 * Promotes a replica of a dead primary, once. It looks by itself whether it is dead still, and throws only before anything was changed.
 * https://redis.io/docs/latest/commands/replicaof/
 */
export async function carryOut(work: Work, { look, ending }: Watchers): Promise<FailoverResult> {
  const { order, watch, to } = work;
  watch.begin('Look again whether it is dead');
  const seen = await look();
  const why = whyNotAsOrdered(seen, order);
  if (why !== undefined || !to || 'refused' in seen) return notDone(watch, why ?? `${order.to} does not answer.`);
  await takeConnection(to);
  try {
    return await replace({ ...work, to }, seen, ending);
  } catch (thrown) {
    return needsHuman(watch, `${asFault(thrown).message}.`, LOOK_YOURSELF);
  }
}

async function replace(work: Work & { to: RedisMember }, seen: FailoverLook, ending: Ending): Promise<FailoverResult> {
  const { order, to, watch, target } = work;
  const stable = await untilStable(to, { name: order.from, address: String(order.identity[addressName(order.from)]) });
  if ('why' in stable) return notDone(watch, stable.why);
  watch.begin('Close the old primary');
  const fenced = await closeFence(target.fence);
  const why = await whyNotNow(work, fenced);
  if (why !== undefined) return takenBack(work, fenced, why);
  watch.begin('Promote');
  const promoted = await attempt(() => to.call('REPLICAOF', 'NO', 'ONE'));
  if ('refused' in promoted) return takenBack(work, fenced, `${to.name} refuses (${promoted.refused}).`);
  // The point of no return. Whether it was heard or not: the server says.
  const evidence = [`${to.name} had come to rest at log position ${stable.offsetBytes} before its promotion.`];
  return finish(work, { evidence, isFenced: fenced.isClosed, loss: seen.loss.sentence }, ending);
}

/** The last look, right before there is no way back. */
async function whyNotNow({ order, hear }: Work, { isClosed, sentence }: Fenced): Promise<string | undefined> {
  if (!isClosed && !order.acceptsTwoWriters)
    return `${order.from} may come back and take writes, which nobody accepted: ${sentence.replaceAll('{from}', order.from)}`;
  const sign = roomSign(await hear(order.from));
  return whyNotDead([sign, { from: order.to, says: 'dead', sentence: '' }], order.to);
}

async function takenBack({ watch }: Work, { takeBack }: Fenced, why: string): Promise<FailoverResult> {
  const left = await takeBack();
  return notDone(watch, why, left === undefined ? [] : [left]);
}
