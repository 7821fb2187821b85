import type { SwitchoverOrder } from '../../../targets/switchover.ts';
import type { Standing } from './world.ts';

/** Undefined where a server does not answer. `held`: the hold is written down in its file. */
export type Seen = { from: (Standing & { held: boolean }) | undefined; to: Standing | undefined };

/**
 * Pure: what is left to do of a switchover whose sessions are all ended. A promotion is ordered only after the hold is written down,
 * and the hold is taken out of the file only where no promotion was ordered: so an old primary without it was never replaced.
 */
export function whatNow(
  { identity }: SwitchoverOrder,
  { from, to }: Seen,
): 'finish' | 'take back' | 'a person' | 'unknown' {
  const timeline = Number(identity['timeline']);
  const isOurs = (one: Standing | undefined) =>
    one === undefined || one.systemIdentifier === identity['system identifier'];
  if (!isOurs(from) || !isOurs(to)) return 'a person';
  if (to && !to.inRecovery)
    return to.timeline === timeline + 1 && (!from || from.held || from.inRecovery) ? 'finish' : 'a person';
  if (!from) return 'unknown';
  if (from.inRecovery || from.timeline !== timeline) return 'a person';
  if (!from.held) return 'take back';
  // Held, and the other one is a standby still: if it receives, it was not told to take over.
  return to?.receives ? 'take back' : 'unknown';
}
