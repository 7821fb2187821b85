import type { FailoverOrder } from '../../../targets/failover.ts';
import { pointSiblings, type SiblingEnd } from '../siblings/follow.ts';
import type { Ask } from '../switchover/sessions.ts';
import { othersOf, type Proof } from './proof.ts';
import { APPLICATION, type Site } from './site.ts';

/** Points the other standbys at the new primary. While two servers may take writes nothing is moved: a person decides which history counts. */
export async function siblingsAfter(
  site: Site,
  order: FailoverOrder,
  { timeline, forkLsn, wrote, former }: Proof,
  ask: Ask,
): Promise<SiblingEnd[]> {
  if (wrote !== true || former.says === 'alive') return [];
  return pointSiblings(site, othersOf(site, order), { to: order.to, timeline, forkLsn, ask }, APPLICATION);
}
