import type { FailoverOrder } from '../../targets/failover.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import type { Heard } from '../redis-heard.ts';
import { startStopwatch, type Stopwatch } from '../redis-switchover/stopwatch.ts';
import { addressName } from './look.ts';

/** Calls a member anew, on a connection of its own. */
export type Hear = (name: string) => Promise<Heard>;

/** What one failover works with. */
export type Work = {
  target: RedisTarget;
  order: FailoverOrder;
  /** The one that takes over; undefined when it could not be reached. */
  to: RedisMember | undefined;
  /** Of the new primary, as the others are told to follow it. */
  toAddress: { host: string; port: string };
  /** The other data servers that answered when the target was opened, the old primary among them where it is back. */
  others: readonly RedisMember[];
  hear: Hear;
  watch: Stopwatch;
};

/** Finds the servers of an order; undefined where the order says no address of the new primary. */
export function workOf(target: RedisTarget, order: FailoverOrder, hear: Hear): Work | undefined {
  const [, host, port] = /^(.+):(\d+)$/.exec(String(order.identity[addressName(order.to)] ?? '')) ?? [];
  if (host === undefined || port === undefined) return undefined;
  return {
    target,
    order,
    to: target.members.find(({ name }) => name === order.to),
    toAddress: { host, port },
    others: target.members.filter(({ name }) => name !== order.to),
    hear,
    watch: startStopwatch(),
  };
}
