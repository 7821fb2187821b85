import type { FailoverLook, FailoverOrder, LossBound } from '../../targets/failover.ts';
import { whyNotAsOrdered as whyNotThese } from '../redis-switchover/why-not.ts';
import { whyNotDead } from './signs.ts';

/** Pure: why what was approved must not be done now, in one sentence; undefined where it may. */
export function whyNotAsOrdered(look: FailoverLook | { refused: string }, order: FailoverOrder): string | undefined {
  if ('refused' in look) return look.refused;
  return whyNotDead(look.signs, order.to) ?? whyNotThese(look, order) ?? whyUnbounded(look.loss, order);
}

/**
 * Pure: why what was accepted is no bound any more. A bound in seconds grows with the clock, up to which it is counted, and that is no
 * more loss: the log position of the replica, which is part of the plan, says whether it is.
 */
export function whyUnbounded(
  loss: LossBound,
  { acceptedLoss }: Pick<FailoverOrder, 'acceptedLoss'>,
): string | undefined {
  if (acceptedLoss.seconds !== null && loss.seconds === null)
    return `Nobody can bound the loss any more: ${loss.sentence}`;
  if (acceptedLoss.bytes === null || (loss.bytes !== null && loss.bytes <= acceptedLoss.bytes)) return undefined;
  return `No more than ${acceptedLoss.bytes} bytes of log were accepted: ${loss.sentence}`;
}
