import { bytesText } from '../../core/amount.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Plan } from '../../core/plan.ts';
import type { PruneArgs, PruneLook, StoreExpired } from './look.ts';

export type About = { runId: string; startedAt: string; target: TargetName };

/** A person who is asked has a working day. */
const PLAN_HOURS = 12;
/** Named in a plan; of more, how many there are. */
const NAMED = 10;

/** The stores from which something can go. */
export function removable({ stores }: PruneLook): StoreExpired[] {
  return stores.filter(
    (one): one is StoreExpired => 'sha256' in one && one.removeCount + one.walObjects + one.uploads > 0,
  );
}

export function pruneArgs(look: PruneLook): PruneArgs {
  return { at: look.at, removals: Object.fromEntries(removable(look).map(({ store, sha256 }) => [store, sha256])) };
}

/** Pure: what would be deleted. Where it is more than half of what a store has, no policy is enough. */
export function prunePlan(
  { runId, startedAt, target }: About,
  look: PruneLook,
  identity: Plan['identity'] = pruneArgs(look),
): Plan {
  const stores = removable(look);
  const isMuch = stores.some(({ removeCount, keepCount }) => removeCount > Math.max(3, keepCount));
  return {
    runId,
    operation: 'prune',
    target: target.name,
    identity,
    steps: stores.flatMap(stepsOf),
    args: {},
    loss: 'Restores to what is deleted. Everything that the policy promises stays, and so does the last backup that was restored and verified.',
    blastRadius: ['No server and no client notices.'],
    facts: stores.map(({ store, removeCount, keepCount, freedBytes }) => ({
      label: `In the ${store} store`,
      value: `${freedBytes === null ? removeCount : bytesText(freedBytes)} go, ${keepCount} ${keepCount === 1 ? 'backup stays' : 'backups stay'}`,
    })),
    expiresAt: new Date(Date.parse(startedAt) + PLAN_HOURS * 3_600_000).toISOString(),
    ...(isMuch ? { graver: 'prune-much' } : {}),
  };
}

function stepsOf({ store, remove, removeCount, walObjects, uploads }: StoreExpired): string[] {
  const named = remove.slice(0, NAMED).map(({ label }) => label);
  const more = removeCount > named.length ? ` and ${removeCount - named.length} more` : '';
  return [
    ...(removeCount > 0
      ? [`Delete ${counted(removeCount, 'backup')} from the ${store} store: ${named.join(', ')}${more}`]
      : []),
    ...(walObjects > 0 ? [`Delete ${counted(walObjects, 'object')} of WAL from the ${store} store`] : []),
    ...(uploads > 0 ? [`Give up ${counted(uploads, 'upload')} to the ${store} store that nobody finishes`] : []),
  ];
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
