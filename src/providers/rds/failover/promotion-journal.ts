import type { FailoverOrder } from '../../../targets/failover.ts';

/** The orders that it takes, in this order; `release` takes the quarantine back where nothing is promoted. */
export type OrderName = 'quarantine' | 'promote' | 'release';

/** An order as it was written down before it was given. `why`: for which something is taken back. `refused`: AWS said no. */
export type GivenOrder = { order: OrderName; atMs: number; why?: string; refused?: string };

/** What was approved, and what was ordered since: written before each order, so that whoever comes later knows what may have been heard. */
export type PromotionJournal = {
  /** Identifiers of RDS. */
  from: string;
  to: string;
  /** The security groups of the old primary as they were: what `release` puts back. */
  groups: readonly string[];
  /** Null where nightshift.yaml names none. */
  quarantine: string | null;
  /** Whether people accepted that nothing keeps the old primary away. */
  mayGoUnfenced: boolean;
  /** For how long the new primary keeps its backups. */
  backupDays: number;
  orders: readonly GivenOrder[];
};

/** Where neither of them has backups: a week. The default of the call is one day. */
const USUAL_BACKUP_DAYS = 7;

/** Pure: backups are on afterwards, for as long as they were kept before. */
export function backupDaysOf(primaryDays: number | undefined, replicaDays: number | undefined): number {
  return primaryDays || replicaDays || USUAL_BACKUP_DAYS;
}

/** Pure: the journal of what was approved, before anything is ordered. */
export function freshJournal(
  { acceptsTwoWriters }: Pick<FailoverOrder, 'acceptsTwoWriters'>,
  of: Pick<PromotionJournal, 'from' | 'to' | 'groups' | 'quarantine' | 'backupDays'>,
): PromotionJournal {
  return { ...of, mayGoUnfenced: acceptsTwoWriters, orders: [] };
}

/** Pure: the journal with an order that is about to be given. */
export function withOrder(journal: PromotionJournal, given: GivenOrder): PromotionJournal {
  return { ...journal, orders: [...journal.orders, given] };
}

/** Pure: the journal once AWS has said no to the last order. One without an answer stays as it is: it may have been heard. */
export function withRefusal(journal: PromotionJournal, refused: string): PromotionJournal {
  const orders = journal.orders.map((one, at) => (at === journal.orders.length - 1 ? { ...one, refused } : one));
  return { ...journal, orders };
}

/** Pure: the last order of this name. */
export function lastOf({ orders }: PromotionJournal, order: OrderName): GivenOrder | undefined {
  return orders.findLast((one) => one.order === order);
}
