import type { CloudSwitchoverOrder } from '../../../targets/cloud-switchover.ts';
import type { SwitchoverIdentity } from '../../../targets/switchover.ts';
import type { GroupSeen } from './seen.ts';

/** The orders that it takes, in this order; `switch-on` is what puts everything back, too. */
export type OrderName = 'switch-off' | 'promote' | 'switch-on';

/** An order as it was written down before it was given. `refused`: AWS said no. */
export type GivenOrder = { order: OrderName; atMs: number; refused?: string };

/** What of the state before has to be put back, as it is approved with the plan: known before the first order. */
export const NET = { automaticFailover: 'automatic failover', multiZone: 'Multi-AZ' } as const;

/** Pure: what must still be so when it is ordered. */
export function groupIdentity({ name, primary, automaticFailover, multiZone }: GroupSeen): SwitchoverIdentity {
  return {
    'primary node': primary ?? 'none',
    group: name,
    [NET.automaticFailover]: automaticFailover,
    [NET.multiZone]: multiZone ? 'enabled' : 'disabled',
  };
}

/** Pure: the journal of what was approved, before anything is ordered; `nodeOf` makes nodes of the names that the config has. */
export function freshJournal(
  { from, to, identity }: CloudSwitchoverOrder,
  nodeOf: (member: string) => string,
): GroupJournal {
  return {
    group: String(identity['group'] ?? ''),
    from: nodeOf(from),
    to: nodeOf(to),
    automaticFailover: identity[NET.automaticFailover] === 'enabled',
    multiZone: identity[NET.multiZone] === 'enabled',
    orders: [],
  };
}

/** How the group stood, and what was ordered since: written before each order, so that whoever comes later can put it back. */
export type GroupJournal = {
  group: string;
  /** Names of nodes. */
  from: string;
  to: string;
  /** As it was before; what was on is switched on again. */
  automaticFailover: boolean;
  multiZone: boolean;
  orders: readonly GivenOrder[];
};

/** Pure: the journal with an order that is about to be given. */
export function withOrder(journal: GroupJournal, order: OrderName, atMs: number): GroupJournal {
  return { ...journal, orders: [...journal.orders, { order, atMs }] };
}

/** Pure: the journal once AWS has said no to the last order. An order without an answer stays as it is: it may have been heard. */
export function withRefusal(journal: GroupJournal, refused: string): GroupJournal {
  const orders = journal.orders.map((one, at) => (at === journal.orders.length - 1 ? { ...one, refused } : one));
  return { ...journal, orders };
}

export type GroupInput = ReturnType<typeof inputOf>;

/** Pure: what ModifyReplicationGroup is asked for. */
export function inputOf(journal: GroupJournal, order: OrderName) {
  const common = { ReplicationGroupId: journal.group, ApplyImmediately: true };
  switch (order) {
    case 'switch-off':
      return { ...common, AutomaticFailoverEnabled: false, MultiAZEnabled: false };
    case 'promote':
      return { ...common, PrimaryClusterId: journal.to };
    case 'switch-on':
      return { ...common, AutomaticFailoverEnabled: journal.automaticFailover, MultiAZEnabled: journal.multiZone };
  }
}
