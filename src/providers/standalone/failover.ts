import type { Failover } from '../../targets/failover.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { MemberSpec } from '../../targets/spec.ts';
import { carryOut } from '../redis-failover/carry-out.ts';
import { settle } from '../redis-failover/settle.ts';
import { workOf, type Hear } from '../redis-failover/work.ts';
import { lookAround } from './failover/look.ts';

/** Puts a replica in the place of a dead primary that nobody watches. `hear` calls a member anew. */
export function pairFailover(target: RedisTarget, specs: readonly MemberSpec[], hear: Hear): Failover {
  const look = (to?: string) => lookAround(target, specs, hear, to);
  const ending = async () => ({ evidence: [], left: [] });
  return {
    look,
    carryOut: async (order) => {
      const work = workOf(target, order, hear);
      if (!work) throw new Error('the order names no address of the new primary');
      return carryOut(work, { look: () => look(order.to), ending });
    },
    settle: async (order) => {
      const work = workOf(target, order, hear);
      return work ? settle(work, ending) : 'unknown';
    },
  };
}
