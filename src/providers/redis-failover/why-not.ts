import type { FailoverLook, FailoverOrder, LossBound } from '../../targets/failover.ts';
import { whyNotAsOrdered as whyNotThese } from '../redis-switchover/why-not.ts';
import { whyNotDead } from './signs.ts';

/** Pure: why what was approved must not be done now, in one sentence; undefined where it may. */
export function whyNotAsOrdered(look: FailoverLook | { refused: string }, order: FailoverOrder): string | undefined {
  if ('refused' in look) return look.refused;
  return whyNotDead(look.signs, order.to) ?? whyNotThese(look, order) ?? whyMoreLost(look.loss, order);
}

/** Pure: why more would be lost than was accepted. A measure for which it was accepted that nobody knows is no limit. */
export function whyMoreLost(
  { seconds, bytes }: LossBound,
  { acceptedLoss }: Pick<FailoverOrder, 'acceptedLoss'>,
): string | undefined {
  return (
    whyMore(seconds, acceptedLoss.seconds, (one) => `${one} s of writes`) ??
    whyMore(bytes, acceptedLoss.bytes, (one) => `${one} bytes of log`)
  );
}

function whyMore(found: number | null, accepted: number | null, words: (amount: number) => string): string | undefined {
  if (accepted === null || (found !== null && found <= accepted)) return undefined;
  return found === null
    ? `Nobody can say how much would be lost, and no more than ${words(accepted)} were accepted.`
    : `Up to ${words(found)} would be lost, and no more than ${words(accepted)} were accepted.`;
}
