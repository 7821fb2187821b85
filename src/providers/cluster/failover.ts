import type { Failover, FailoverOrder } from '../../targets/failover.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { MemberSpec } from '../../targets/spec.ts';
import { carryOut, type Manner } from '../redis-failover/carry-out.ts';
import { settle } from '../redis-failover/settle.ts';
import { workOf, type Hear } from '../redis-failover/work.ts';
import { attempt } from '../redis-switchover/attempt.ts';
import { finish, standsAtLast, whyOfAnotherEpoch } from './failover/finish.ts';
import { lookAround } from './failover/look.ts';

/** Puts a replica in the place of the dead primary of one shard, by an election where there is a majority. `hear` calls a member anew. */
export function clusterFailover(target: RedisTarget, specs: readonly MemberSpec[], hear: Hear): Failover {
  const look = (to?: string) => lookAround(target, specs, hear, to);
  return {
    look: async (to) => {
      const seen = await look(to);
      return 'refused' in seen ? seen : seen.look;
    },
    carryOut: async (order) => {
      const work = workOf(target, order, hear);
      if (!work) throw new Error('the order names no address of the new primary');
      const seen = await look(order.to);
      return carryOut(work, mannerOf(seen));
    },
    settle: async (order) => {
      const work = workOf(target, order, hear);
      return work ? settle(work, { end: finish }, { stands: standsAtLast, whyChanged: whyOfAnotherEpoch }) : 'unknown';
    },
  };
}

/** https://redis.io/docs/latest/commands/cluster-failover/ */
function mannerOf(seen: Awaited<ReturnType<typeof lookAround>>): Manner {
  const hasMajority = 'refused' in seen || seen.hasMajority;
  return {
    look: async () => ('refused' in seen ? seen : seen.look),
    // A primary that the majority has not heard for a while takes no writes of its own: no other fence is asked for.
    whyNot: (order) => (hasMajority || acceptsTakeover(order) ? undefined : WHY_NOT_TAKEOVER),
    promote: (to) => attempt(() => to.call('CLUSTER', 'FAILOVER', hasMajority ? 'FORCE' : 'TAKEOVER')),
    end: finish,
  };
}

const WHY_NOT_TAKEOVER =
  'Without a majority a replica can only take over beside whatever the others do: that needs the acceptance of an unknown loss and of two writers.';

/** Pure: nobody votes on it, so people have to have accepted all that may come of it. */
function acceptsTakeover({ acceptedLoss, acceptsTwoWriters }: FailoverOrder): boolean {
  return acceptsTwoWriters && acceptedLoss.seconds === null && acceptedLoss.bytes === null;
}
