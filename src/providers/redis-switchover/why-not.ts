import type { SwitchoverLook, SwitchoverOrder } from '../../targets/switchover.ts';

/** Pure: why what was ordered is not what is there any more, in one sentence; undefined when it is. */
export function whyNotAsOrdered(
  look: Pick<SwitchoverLook, 'primary' | 'identity' | 'prechecks' | 'candidates'> | { refused: string },
  order: Pick<SwitchoverOrder, 'from' | 'to' | 'identity'>,
): string | undefined {
  if ('refused' in look) return look.refused;
  if (look.primary !== order.from) return `${look.primary} takes the writes now, and not ${order.from}.`;
  const names = new Set([...Object.keys(order.identity), ...Object.keys(look.identity)]);
  const other = [...names].find((name) => order.identity[name] !== look.identity[name]);
  if (other !== undefined)
    return `${other} was ${order.identity[other] ?? 'nothing'} and is ${look.identity[other] ?? 'nothing'} now.`;
  const stop = look.prechecks.find(({ says }) => says === 'stops');
  if (stop) return stop.sentence;
  const candidate = look.candidates.find(({ member }) => member === order.to);
  if (candidate === undefined) return `${order.to} is no server that could take the writes.`;
  return candidate.unfit === null ? undefined : `${order.to}: ${candidate.unfit}`;
}
