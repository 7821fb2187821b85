import { asFault } from '../../core/errors.ts';
import type { FailoverLook, FailoverOrder, FailoverResult } from '../../targets/failover.ts';
import type { RedisMember } from '../../targets/redis.ts';
import type { Attempt } from '../redis-switchover/attempt.ts';
import { LOOK_YOURSELF } from '../redis-switchover/ending.ts';
import { takeConnection } from '../redis-switchover/hold.ts';
import { closeFence, type Fenced } from './fence.ts';
import { addressName } from './look.ts';
import { needsHuman, notDone } from './result.ts';
import { roomSign, whyNotDead } from './signs.ts';
import { untilStable } from './stable.ts';
import { whyNotAsOrdered } from './why-not.ts';
import type { Work } from './work.ts';

/** What was known when the end began. */
export type Begun = { evidence: readonly string[]; isFenced: boolean; loss: string };

/** How one kind of group gets its new primary. */
export type Manner = {
  look(): Promise<FailoverLook | { refused: string }>;
  /** Why this must not be done in the way that there is, by what was accepted and whether the old primary is closed to clients. */
  whyNot(order: FailoverOrder, fenced: Fenced): string | undefined;
  /** The order that cannot be taken back, once. */
  promote(to: RedisMember): Promise<Attempt<unknown>>;
  /** The replica was ordered to take over: looks whether it did, and does the rest. Repeatable. */
  end(work: Work, begun: Begun): Promise<FailoverResult>;
};

/** Puts a replica in the place of a dead primary, once. It looks by itself whether that is dead still, and throws only before it changes anything. */
export async function carryOut(work: Work, manner: Manner): Promise<FailoverResult> {
  const { order, watch, to } = work;
  watch.begin('Look again whether it is dead');
  const seen = await manner.look();
  const why = whyNotAsOrdered(seen, order);
  if (why !== undefined || !to || 'refused' in seen) return notDone(watch, why ?? `${order.to} does not answer.`);
  await takeConnection(to);
  try {
    return await replace({ ...work, to }, seen, manner);
  } catch (thrown) {
    return needsHuman(watch, `${asFault(thrown).message}.`, LOOK_YOURSELF);
  }
}

async function replace(work: Work & { to: RedisMember }, seen: FailoverLook, manner: Manner): Promise<FailoverResult> {
  const { order, to, watch, target } = work;
  const stable = await untilStable(to, { name: order.from, address: String(order.identity[addressName(order.from)]) });
  if ('why' in stable) return notDone(watch, stable.why);
  watch.begin('Keep clients away, call it once more');
  const fenced = await closeFence(target.fence);
  const why = manner.whyNot(order, fenced) ?? (await whyNotNow(work));
  if (why !== undefined) return takenBack(work, fenced, why);
  watch.begin('Promote');
  const promoted = await manner.promote(to);
  if ('refused' in promoted) return takenBack(work, fenced, `${to.name} refuses (${promoted.refused}).`);
  // The point of no return. Whether it was heard or not: the server says.
  const evidence = [`${to.name} had come to rest at log position ${stable.offsetBytes} before its promotion.`];
  return manner.end(work, { evidence, isFenced: fenced.isClosed, loss: seen.loss.sentence });
}

/** Pure: two servers would take writes once the old primary is back; people have to have accepted that where nothing prevents it. */
export function whyNotBeside(order: FailoverOrder, { isClosed, sentence }: Fenced): string | undefined {
  if (isClosed || order.acceptsTwoWriters) return undefined;
  return `${order.from} may come back and take writes, which nobody accepted: ${sentence.replaceAll('{from}', order.from)}`;
}

/** The last look, right before there is no way back. */
async function whyNotNow({ order, hear }: Work): Promise<string | undefined> {
  const sign = roomSign(await hear(order.from));
  return whyNotDead([sign, { from: order.to, says: 'dead', sentence: '' }], order.to);
}

async function takenBack({ watch }: Work, { takeBack }: Fenced, why: string): Promise<FailoverResult> {
  const left = await takeBack();
  return notDone(watch, why, left === undefined ? [] : [left]);
}
