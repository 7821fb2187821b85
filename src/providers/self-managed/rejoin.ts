import type { Rejoin } from '../../targets/rejoin.ts';
import { carryOut } from './rejoin/carry-out.ts';
import { look } from './rejoin/look.ts';
import { settle } from './rejoin/settle.ts';
import type { Site } from './rejoin/site.ts';

/** Makes a server that does not follow any more a standby again, by whoever has a hand on its host. */
export function rejoinOf(site: Site): Rejoin {
  return {
    look: () => look(site),
    carryOut: (order) => carryOut(site, order),
    settle: (order) => settle(site, order),
  };
}
