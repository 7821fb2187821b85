import { agreedRemoval } from '../../backups/retention/agreed.ts';
import { remembered } from '../../backups/retention/as-of.ts';
import { carryOut, type Pruned } from '../../backups/retention/carry-out.ts';
import { expiredIn, type Expired, type Upload } from '../../backups/retention/expired.ts';
import type { PrunableStore } from '../../core/backup-store.ts';
import { asFault } from '../../core/errors.ts';
import type { StoredBackups } from '../../targets/stored-backups.ts';

/** What can go from one store; `sha256` is that of every key that would go. */
export type StoreExpired = {
  store: string;
  sha256: string;
  /** The first of them, oldest first, and how many there are. */
  remove: readonly { label: string; sizeBytes: number | null; why: string }[];
  removeCount: number;
  keep: readonly { label: string; why: string }[];
  keepCount: number;
  walObjects: number;
  uploads: number;
  /** Null where sizes cannot be added up. */
  freedBytes: number | null;
  heldBack: string | null;
  /** Why nothing is planned. */
  unplanned: string | null;
};
/** What can go from every store as it was at an ISO time; `unseen` is why a store could not be looked at. */
export type PruneLook = { at: string; stores: readonly (StoreExpired | { store: string; unseen: string })[] };
export type PruneArgs = { at: string; removals: { readonly [store: string]: string } };
export type PruneEnded =
  | { ended: 'pruned'; stores: readonly (Pruned | { store: string; refused: string })[] }
  | { ended: 'cut-off'; why: string };

const MOST_SHOWN = 60;

/** Says what can go from each store, and deletes nothing. */
export async function lookAtExpired({ target, policy, stores, now }: StoredBackups): Promise<PruneLook> {
  const at = new Date(now()).toISOString();
  const look = async (store: PrunableStore): Promise<PruneLook['stores'][number]> => {
    try {
      return shownOf(store.name, await expiredIn(store, await uploadsIn(store, target), { target, policy, at }));
    } catch (thrown) {
      const { code, message } = asFault(thrown);
      if (code === 'bug') throw thrown;
      return { store: store.name, unseen: message };
    }
  };
  return { at, stores: await Promise.all(stores.map(look)) };
}

/** Deletes what was approved of each store and is superfluous still. */
export async function removeExpired(
  { target, policy, stores, now, untilMs }: StoredBackups,
  { at, removals }: PruneArgs,
): Promise<PruneEnded> {
  const pruned: (Pruned | { store: string; refused: string })[] = [];
  for (const store of stores) {
    const sha256 = removals[store.name];
    if (sha256 === undefined) continue;
    const approved = { target, policy, at, sha256 };
    const agreed = await agreedRemoval(
      remembered(store),
      await uploadsIn(store, target),
      approved,
      new Date(now()).toISOString(),
    );
    pruned.push(
      'refused' in agreed
        ? { store: store.name, refused: agreed.refused }
        : await carryOut(store, target, agreed, () => now() >= untilMs),
    );
  }
  return { ended: 'pruned', stores: pruned };
}

/** Nothing has to be finished or taken back: what is deleted is gone, and the next run looks anew. */
export async function whatIsLeft(): Promise<PruneEnded> {
  return {
    ended: 'cut-off',
    why: 'it was cut off: some of it is deleted, nothing half deleted counts as a backup, and the next run deletes the rest',
  };
}

async function uploadsIn(store: PrunableStore, target: string): Promise<Upload[]> {
  const uploads: Upload[] = [];
  for await (const upload of store.unfinished(`${target}/`)) uploads.push(upload);
  return uploads;
}

function shownOf(store: string, { plan, uploads, sha256, catalogue }: Expired): StoreExpired {
  const { remove = [], keep = [], wal, freedBytes = 0, heldBack = null } = plan ?? {};
  return {
    store,
    sha256,
    remove: remove.slice(0, MOST_SHOWN).map(({ label, sizeBytes, why }) => ({ label, sizeBytes, why })),
    removeCount: remove.length,
    keep: keep.slice(-MOST_SHOWN).map(({ label, for: reasons }) => ({ label, why: reasons.join('; ') })),
    keepCount: keep.length,
    walObjects: wal?.keys.length ?? 0,
    uploads: uploads.length,
    freedBytes,
    heldBack,
    unplanned: plan === null ? (catalogue.leftOut[0] ?? 'there is no backup') : null,
  };
}
