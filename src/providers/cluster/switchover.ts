import type { RedisTarget } from '../../targets/redis.ts';
import type { Switchover } from '../../targets/switchover.ts';
import { carryOut, settle } from './switchover/carry-out.ts';
import { lookAround, lookOf } from './switchover/look.ts';

/** Moves the writes of one shard of a Redis Cluster, by the cluster's own protocol for it. */
export function clusterSwitchover(target: RedisTarget): Switchover {
  return {
    look: async (to) => {
      const seen = await lookAround(target, to);
      return 'refused' in seen ? seen : lookOf(seen);
    },
    carryOut: (order) => carryOut(target, order),
    settle: (order) => settle(target, order),
  };
}
