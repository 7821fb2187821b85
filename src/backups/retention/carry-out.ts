import type { PrunableStore } from '../../core/backup-store.ts';
import { sortListing, type BackupFolder } from '../catalogue/listing.ts';
import type { Agreed } from './agreed.ts';
import type { Gone } from './plan.ts';

/** What became of a removal. */
export type Pruned = {
  store: string;
  removed: readonly string[];
  /** What was to go and stayed, with a sentence why. */
  spared: readonly { label: string; why: string }[];
  walObjects: number;
  uploads: number;
  /** Objects of which the store keeps a version for a while. */
  hidden: number;
  /** The time was over; the next run goes on. */
  isCutShort: boolean;
};

const WAL_AT_ONCE = 1000;

/**
 * Deletes what was agreed on: children before their parents, of each backup the record first and the proofs last, then the WAL from
 * the oldest on. Wherever it ends, nothing is left that looks like a backup and is none, and what stays can be restored; whoever
 * comes next deletes the rest. Faults of the store are thrown on.
 */
export async function carryOut(
  store: PrunableStore,
  target: string,
  agreed: Agreed,
  isOver: () => boolean,
): Promise<Pruned> {
  const spared = agreed.spared.map((label) => ({ label, why: 'it is wanted again' }));
  const done = { removed: [] as string[], spared, walObjects: 0, uploads: 0, hidden: 0 };
  for (const gone of agreed.backups) {
    if (isOver()) break;
    const said = await removeBackup(store, target, `${agreed.place}/base/${gone.label}/`, gone);
    if ('why' in said) {
      done.spared.push({ label: gone.label, why: said.why });
      // Its parents come after it in this list, and it needs them.
      break;
    }
    done.removed.push(gone.label);
    done.hidden += said.hidden;
  }
  for (let n = 0; n < agreed.wal.length && !isOver(); n += WAL_AT_ONCE) {
    const keys = agreed.wal.slice(n, n + WAL_AT_ONCE);
    done.hidden += (await store.remove(keys)).hidden;
    done.walObjects += keys.length;
  }
  for (const upload of agreed.uploads) {
    if (isOver()) break;
    await upload.abandon();
    done.uploads += 1;
  }
  return { store: store.name, ...done, isCutShort: isOver() };
}

/** Looked at once more, since somebody may have pinned or finished it in the last seconds. */
async function removeBackup(
  store: PrunableStore,
  target: string,
  prefix: string,
  { keys }: Gone,
): Promise<{ hidden: number } | { why: string }> {
  const folder = await folderAt(store, target, prefix);
  if (folder === undefined) return { hidden: 0 };
  const record = keys.filter((key) => key.endsWith('/done.json'));
  if (folder.done !== undefined && folder.pins.at(-1)?.pinned === true) return { why: 'somebody pinned it just now' };
  if (folder.done !== undefined && record.length === 0) return { why: 'it was finished after all' };
  const files = keys.filter((key) => !record.includes(key));
  const besides = [...folder.proofs, ...folder.pins].map(({ object }) => object.key);
  let hidden = 0;
  for (const some of [record, files, besides.filter((key) => !files.includes(key))])
    if (some.length > 0) hidden += (await store.remove(some)).hidden;
  return { hidden };
}

async function folderAt(store: PrunableStore, target: string, prefix: string): Promise<BackupFolder | undefined> {
  const objects = [];
  for await (const object of store.list(prefix)) objects.push(object);
  return sortListing(target, objects).places[0]?.folders[0];
}
