import type { SwitchoverOrder } from '../../../targets/switchover.ts';
import type { Standing } from '../switchover/world.ts';

/** `leader`: by Patroni; null where nobody holds the lock, undefined where no Patroni answers. Undefined servers do not answer. */
export type Seen = { leader: string | null | undefined; from: Standing | undefined; to: Standing | undefined };

/** `as before`: it was not begun, or not yet. `came back`: begun, and the old primary took the writes again. */
export type Became = 'switched' | 'as before' | 'came back' | 'a person' | 'unknown';

/** Pure: what became of a switchover whose end nobody saw, by Patroni and by the servers alike. */
export function whatBecame(order: SwitchoverOrder, seen: Seen): Became {
  if (isOutOfOrder(order, seen)) return 'a person';
  const leading = seen.leader === order.to ? seen.to : seen.leader === order.from ? seen.from : undefined;
  if (!leading || leading.inRecovery) return 'unknown';
  const later = leading.timeline - Number(order.identity['timeline']);
  if (later === 1) return leading === seen.to ? 'switched' : 'came back';
  return later === 0 && leading === seen.from ? 'as before' : 'a person';
}

/** Another database, a leader that nobody asked for, or two servers that take writes. */
function isOutOfOrder({ from, to, identity }: SwitchoverOrder, seen: Seen): boolean {
  const servers = [seen.from, seen.to].flatMap((one) => one ?? []);
  const isThird = typeof seen.leader === 'string' && seen.leader !== from && seen.leader !== to;
  const isForeign = servers.some(({ systemIdentifier }) => systemIdentifier !== identity['system identifier']);
  return isThird || isForeign || servers.filter(({ inRecovery }) => !inRecovery).length > 1;
}
