import type { RedisTarget } from '../../targets/redis.ts';
import type { MemberSpec } from '../../targets/spec.ts';
import type { Switchover } from '../../targets/switchover.ts';
import type { OpenedMember } from '../redis-switchover/lasting-member.ts';
import { carryOut, settle } from './switchover/carry-out.ts';
import { lookAround, lookOf } from './switchover/look.ts';

/**
 * Moves the writes of a primary with replicas that nobody watches; `specs` are its members as the config has them, and `again` opens one
 * more connection to one of them.
 */
export function pairSwitchover(
  target: RedisTarget,
  specs: readonly MemberSpec[],
  again: (name: string) => Promise<OpenedMember>,
): Switchover {
  return {
    look: async () => lookOf(await lookAround(target, specs)),
    carryOut: (order) => carryOut(target, specs, order, again),
    settle: (order) => settle(target, order, again),
  };
}
