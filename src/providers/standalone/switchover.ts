import type { RedisTarget } from '../../targets/redis.ts';
import type { MemberSpec } from '../../targets/spec.ts';
import type { Switchover } from '../../targets/switchover.ts';
import { carryOut, settle } from './switchover/carry-out.ts';
import { lookAround, lookOf } from './switchover/look.ts';

/** Moves the writes of a primary with replicas that nobody watches; `specs` are its members as the config has them. */
export function pairSwitchover(target: RedisTarget, specs: readonly MemberSpec[]): Switchover {
  return {
    look: async () => lookOf(await lookAround(target, specs)),
    carryOut: (order) => carryOut(target, specs, order),
    settle: (order) => settle(target, order),
  };
}
