import type { RedisTarget } from '../../targets/redis.ts';
import type { Switchover } from '../../targets/switchover.ts';
import type { OpenedMember } from '../redis-switchover/lasting-member.ts';
import { carryOut } from './switchover/carry-out.ts';
import { lookAround, lookOf } from './switchover/look.ts';
import { settle } from './switchover/settle.ts';

/**
 * Moves the writes of a group that Sentinels watch: held, caught up, promoted by a Sentinel, and the old primary demoted at once.
 * `again` opens one more connection to a member.
 */
export function sentinelSwitchover(target: RedisTarget, again: (name: string) => Promise<OpenedMember>): Switchover {
  return {
    look: async () => {
      const seen = await lookAround(target);
      return 'refused' in seen ? seen : lookOf(seen);
    },
    carryOut: (order) => carryOut(target, order, again),
    settle: (order) => settle(target, order, again),
  };
}
