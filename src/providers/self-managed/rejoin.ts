import type { Rejoin } from '../../targets/rejoin.ts';
import { carryOut, prepare } from './rejoin/carry-out.ts';
import { look } from './rejoin/look.ts';
import { followsNow, settle } from './rejoin/settle.ts';
import type { Site } from './rejoin/site.ts';

/** Makes a server that does not follow any more a standby again, by whoever has a hand on its host. */
export function rejoinOf(site: Site): Rejoin {
  return {
    look: () => look(site),
    carryOut: (order) => carryOut(site, order),
    settle: (order) => settle(site, order),
    prepare: (order) => prepare(site, order),
    follows: (order) => followsNow(site, order),
  };
}
