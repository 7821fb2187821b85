import type { SwitchoverOrder } from '../../../targets/switchover.ts';
import type { Standing } from '../switchover/world.ts';

/** `leader`: by Patroni; null where nobody holds the lock, undefined where no Patroni answers. Undefined servers do not answer. */
export type Seen = { leader: string | null | undefined; from: Standing | undefined; to: Standing | undefined };

/** `as before`: it was not begun, or not yet. `came back`: begun, and the old primary took the writes again. */
export type Became = 'switched' | 'as before' | 'came back' | 'a person' | 'unknown';

/** Pure: what became of a switchover whose end nobody saw, by Patroni and by the servers alike. */
export function whatBecame({ from, to, identity }: SwitchoverOrder, seen: Seen): Became {
  const foreign = [seen.from, seen.to].some((one) => one && one.systemIdentifier !== identity['system identifier']);
  const isThird = typeof seen.leader === 'string' && seen.leader !== from && seen.leader !== to;
  const writable = [seen.from, seen.to].filter((one) => one && !one.inRecovery).length;
  if (foreign || isThird || writable > 1) return 'a person';
  const timeline = Number(identity['timeline']);
  if (seen.leader === to && seen.to && !seen.to.inRecovery)
    return seen.to.timeline === timeline + 1 ? 'switched' : 'a person';
  if (seen.leader !== from || !seen.from || seen.from.inRecovery) return 'unknown';
  if (seen.from.timeline === timeline) return 'as before';
  return seen.from.timeline === timeline + 1 ? 'came back' : 'a person';
}
