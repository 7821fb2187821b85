import type { Failover, FailoverOrder } from '../../targets/failover.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { MemberSpec } from '../../targets/spec.ts';
import { carryOut, whyNotBeside, type Manner } from '../redis-failover/carry-out.ts';
import { finish } from '../redis-failover/finish.ts';
import { settle } from '../redis-failover/settle.ts';
import { workOf, type Hear, type Work } from '../redis-failover/work.ts';
import { attempt } from '../redis-switchover/attempt.ts';
import { BACK_AGAIN, lookAround } from './failover/look.ts';
import { tellSentinels } from './failover/tell-sentinels.ts';

/** Puts a replica in the place of a dead primary where most of the Sentinels are gone; else they do it. `hear` calls a member anew. */
export function sentinelFailover(target: RedisTarget, specs: readonly MemberSpec[], hear: Hear): Failover {
  const look = (to?: string) => lookAround(target, specs, hear, to);
  const tell = async (work: Work) =>
    target.sentinels ? tellSentinels(work, target.sentinels) : { evidence: [], left: [] };
  const manner = (order: FailoverOrder): Manner => ({
    look: () => look(order.to),
    // Whatever keeps clients away does not keep the Sentinels away.
    whyNot: (one, fenced) => whyNotBeside(one, { ...fenced, isClosed: false, sentence: BACK_AGAIN }),
    // https://redis.io/docs/latest/commands/replicaof/
    promote: (to) => attempt(() => to.call('REPLICAOF', 'NO', 'ONE')),
    end: (work, begun) => finish(work, begun, tell),
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
