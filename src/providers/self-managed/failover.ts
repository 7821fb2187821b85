import type { Failover } from '../../targets/failover.ts';
import { carryOut } from './failover/carry-out.ts';
import { look } from './failover/look.ts';
import { settle } from './failover/settle.ts';
import type { PhaseName, Site } from './failover/site.ts';

/** Lets a streaming standby take the place of a primary that is dead, where nobody else manages them. `watch` is called at the border of each phase. */
export function failoverOf(site: Site, watch: (phase: PhaseName) => Promise<void> = async () => {}): Failover {
  return {
    look: (to, lastSeen) => look(site, to, lastSeen),
    carryOut: (order) => carryOut(site, order, watch),
    settle: (order) => settle(site, order),
  };
}
