import type { Failover, FailoverOrder } from '../../targets/failover.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { MemberSpec } from '../../targets/spec.ts';
import { carryOut, whyNotBeside, type Manner } from '../redis-failover/carry-out.ts';
import { finish } from '../redis-failover/finish.ts';
import { settle } from '../redis-failover/settle.ts';
import { workOf, type Hear } from '../redis-failover/work.ts';
import { attempt } from '../redis-switchover/attempt.ts';
import { lookAround } from './failover/look.ts';

/** Puts a replica in the place of a dead primary that nobody watches. `hear` calls a member anew. */
export function pairFailover(target: RedisTarget, specs: readonly MemberSpec[], hear: Hear): Failover {
  const look = (to?: string) => lookAround(target, specs, hear, to);
  const nobodyToTell = async () => ({ evidence: [], left: [] });
  const manner = (order: FailoverOrder): Manner => ({
    look: () => look(order.to),
    whyNot: whyNotBeside,
    // https://redis.io/docs/latest/commands/replicaof/
    promote: (to) => attempt(() => to.call('REPLICAOF', 'NO', 'ONE')),
    end: (work, begun) => finish(work, begun, nobodyToTell),
  });
  return {
    look,
    carryOut: async (order) => {
      const work = workOf(target, order, hear);
      if (!work) throw new Error('the order names no address of the new primary');
      return carryOut(work, manner(order));
    },
    settle: async (order) => {
      const work = workOf(target, order, hear);
      return work ? settle(work, manner(order)) : 'unknown';
    },
  };
}
