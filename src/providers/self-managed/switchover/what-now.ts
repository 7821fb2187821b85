import type { SwitchoverOrder } from '../../../targets/switchover.ts';
import type { Standing } from './world.ts';

/** Undefined where a server does not answer. `held`: the hold is written down in its file. */
export type Seen = { from: (Standing & { held: boolean }) | undefined; to: Standing | undefined };

export type WhatNow = 'finish' | 'take back' | 'a person' | 'unknown';

/**
 * Pure: what is left to do of a switchover whose sessions are all ended. A promotion is ordered only after the hold is written down,
 * and the hold is taken out of the file only where no promotion was ordered: so an old primary without it was never replaced.
 */
export function whatNow({ identity }: SwitchoverOrder, { from, to }: Seen): WhatNow {
  const foreign = [from, to].some((one) => one && one.systemIdentifier !== identity['system identifier']);
  if (foreign) return 'a person';
  const timeline = Number(identity['timeline']);
  return to && !to.inRecovery ? promoted(timeline, from, to) : notPromoted(timeline, from, to);
}

function promoted(timeline: number, from: Seen['from'], to: Standing): WhatNow {
  const isReplaced = !from || from.held || from.inRecovery;
  return to.timeline === timeline + 1 && isReplaced ? 'finish' : 'a person';
}

/**
 * Pure: a standby that waits for more has looked whether it was told to take over, and would have ended its receiver; one that still
 * replays, or waits for a query to end before it may, has not looked yet.
 */
export function wasNotTold({ receives, replayed }: Pick<Standing, 'receives' | 'replayed'>): boolean {
  return receives && replayed === true;
}

function notPromoted(timeline: number, from: Seen['from'], to: Seen['to']): WhatNow {
  if (!from) return 'unknown';
  if (from.inRecovery || from.timeline !== timeline) return 'a person';
  if (!from.held) return 'take back';
  return to !== undefined && wasNotTold(to) ? 'take back' : 'unknown';
}
