import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import type { SwitchoverOrder } from '../../../targets/switchover.ts';
import { startStopwatch, type Stopwatch } from '../../redis-switchover/stopwatch.ts';

/** What one switchover works with, on connections that are held. */
export type Work = {
  order: SwitchoverOrder;
  /** Undefined when it could not be reached. */
  from: RedisMember | undefined;
  to: RedisMember | undefined;
  /** Of the new primary, as the Sentinels write it. */
  toAddress: { host: string; port: string };
  /** Of the old primary; undefined where the plan has none. */
  fromAddress: string | undefined;
  sentinels: readonly RedisMember[];
  masterName: string;
  expected: readonly string[];
  watch: Stopwatch;
};

/** Finds the servers of an order; undefined where the order says no address of the new primary, or nobody watches. */
export function workOf({ members, sentinels }: RedisTarget, order: SwitchoverOrder): Work | undefined {
  const [, host, port] = /^(.+):(\d+)$/.exec(String(order.identity[addressName(order.to)] ?? '')) ?? [];
  if (!sentinels || host === undefined || port === undefined) return undefined;
  const fromAddress = order.identity[addressName(order.from)];
  const named = (wanted: string) => members.find(({ name }) => name === wanted);
  return {
    order,
    from: named(order.from),
    to: named(order.to),
    toAddress: { host, port },
    fromAddress: fromAddress === undefined ? undefined : String(fromAddress),
    sentinels: sentinels.members,
    masterName: sentinels.masterName,
    expected: sentinels.expected,
    watch: startStopwatch(),
  };
}

/** Under this name the identity has the address of a server, as the Sentinels write it. */
export function addressName(member: string): string {
  return `address of ${member}`;
}
