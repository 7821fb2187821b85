import type { FailoverLook, FailoverOrder } from '../../targets/failover.ts';
import { choose, whyOther, type Choice } from '../switchover/why-not.ts';
import { whyNotDead, whyNotHeard } from './dead.ts';
import { isWorse } from './outage.ts';

/** Pure: the server that takes the place of a primary that is proven dead, or one sentence why there is none. */
export function successor(look: FailoverLook, wanted: string | undefined): Choice {
  if (wanted === look.primary) return { refused: `${wanted} is the one that is dead.` };
  const choice = choose(look, wanted);
  if ('refused' in choice) return choice;
  const unheard = whyNotHeard(look, choice.to);
  return unheard === undefined ? choice : { refused: unheard };
}

/** Pure: why an approved plan does not hold any more, in one sentence; undefined when it does. `elapsedSeconds`: since the loss was bounded. */
export function whyNotAnyMore(order: FailoverOrder, now: FailoverLook, elapsedSeconds: number): string | undefined {
  if (now.primary !== order.from) return `${now.primary} is the primary, and not ${order.from}.`;
  const dead = whyNotDead(now);
  if (dead) return 'alive' in dead ? dead.alive : dead.unproven;
  const other = whyOther(order.identity, now.identity);
  if (other !== undefined) return other;
  if (isWorse(order.acceptedLoss, now.loss, elapsedSeconds))
    return `More would be lost than was accepted: ${now.loss.sentence}`;
  if (!now.fence.certain && !order.acceptsTwoWriters) return now.fence.sentence;
  const choice = successor(now, order.to);
  return 'refused' in choice ? choice.refused : undefined;
}
