import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import type { PlaceCatalogue } from '../catalogue/catalogue.ts';
import { readCatalogue } from '../catalogue/read.ts';
import { currentPlace } from '../questions/restore-now.ts';
import { without } from './as-of.ts';
import { expiredIn, type Upload } from './expired.ts';
import { retentionPlan, type Gone } from './plan.ts';
import { windowMs } from './window.ts';

/** What was approved and can still go. */
export type Agreed = {
  place: string;
  /** Children before their parents. */
  backups: readonly Gone[];
  /** Oldest first. */
  wal: readonly string[];
  uploads: readonly Upload[];
  /** What was approved and is wanted again: somebody pinned it, or what proved more than it is no good any more. */
  spared: readonly string[];
};
export type Approved = { target: string; policy: BackupPolicy; at: string; sha256: string };

/**
 * What of an approved removal is still superfluous: the removal as it was at its time has to be the approved one, and what is no
 * longer superfluous now is left out of it. What would be left afterwards is judged before anything goes. `store` answers the same
 * each time it is asked.
 */
export async function agreedRemoval(
  store: ReadableStore,
  uploads: readonly Upload[],
  approved: Approved,
  now: string,
): Promise<Agreed | { refused: string }> {
  const { target, policy } = approved;
  const then = await expiredIn(store, uploads, approved);
  if (then.sha256 !== approved.sha256)
    return {
      refused: `what can go from the ${store.name} store is not what was approved any more: nothing was deleted`,
    };
  if (!then.plan) return { place: '', backups: [], wal: [], uploads: then.uploads, spared: [] };
  const before = await readCatalogue(store, target, now);
  const plan = retentionPlan(before, policy, Date.parse(now));
  if (!plan || plan.place !== then.plan.place)
    return { refused: `the ${store.name} store is not as it was looked at: nothing was deleted` };
  const still = new Set(plan.remove.map(({ label }) => label));
  const stillWal = new Set(plan.wal.keys);
  const backups = then.plan.remove.filter(({ label }) => still.has(label)).toReversed();
  const wal = then.plan.wal.keys.filter((key) => stillWal.has(key)).toSorted(bySegment);
  const keys = new Set([...backups.flatMap((gone) => gone.keys), ...wal]);
  const after = await readCatalogue(without(store, keys), target, now);
  const broken = whatBreaks(
    currentPlace(before),
    currentPlace(after),
    new Set(keys),
    windowMs(policy, Date.parse(now)),
  );
  if (broken !== undefined) throw new Fault('bug', `retention would have broken ${broken}; nothing was deleted`);
  const spared = then.plan.remove.filter(({ label }) => !still.has(label)).map(({ label }) => label);
  return { place: plan.place, backups, wal, uploads: then.uploads, spared };
}

/** A second opinion on what is left, by other means than the plan: the first backup that lost what it could be restored with. */
function whatBreaks(
  before: PlaceCatalogue | undefined,
  after: PlaceCatalogue | undefined,
  gone: ReadonlySet<string>,
  fromMs: number,
): string | undefined {
  const left = new Map((after?.backups ?? []).map((backup) => [backup.label, backup]));
  return before?.backups.find((backup) => {
    if (gone.has(`${before.key}/base/${backup.label}/done.json`)) return false;
    const same = left.get(backup.label);
    if (same === undefined || backup.chain?.join() !== same.chain?.join()) return true;
    return Date.parse(backup.endedAt) > fromMs && backup.anySecondUntil !== same.anySecondUntil;
  })?.label;
}

/** Names of segments begin with their timeline: what follows it is their order in time. */
function bySegment(one: string, other: string): number {
  const [a, b] = [one, other].map((key) => key.slice(key.lastIndexOf('/') + 9));
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
