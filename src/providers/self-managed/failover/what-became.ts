import type { FailoverOrder } from '../../../targets/failover.ts';
import type { Standing } from '../switchover/world.ts';

/** `idle`: all is replayed that can be, and it waits for more. Undefined where a server does not answer. */
export type Seen = { to: (Standing & { idle: boolean }) | undefined; others: readonly (Standing | undefined)[] };

export type WhatBecame = 'failed over' | 'not done' | 'a person' | 'unknown';

/**
 * Pure: what became of a failover whose sessions are all ended. A standby that waits for more has looked whether it was told to take
 * over; one that replays, or waits for a query to end before it may, has not looked yet.
 */
export function whatBecame({ identity }: FailoverOrder, { to, others }: Seen): WhatBecame {
  const foreign = (one: Standing | undefined) =>
    one !== undefined && one.systemIdentifier !== identity['system identifier'];
  const promoted = (one: Standing | undefined) =>
    one !== undefined && !one.inRecovery && one.timeline > Number(identity['timeline']);
  if (foreign(to) || others.some(promoted)) return 'a person';
  if (!to) return 'unknown';
  if (promoted(to)) return 'failed over';
  if (!to.inRecovery) return 'a person';
  return to.idle ? 'not done' : 'unknown';
}
