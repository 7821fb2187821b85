import { backupKey, doneKey } from '../../backups/layout.ts';
import { sortListing, type BackupFolder } from '../../backups/catalogue/listing.ts';
import type { Place } from '../../backups/layout.ts';
import type { Pin } from '../../core/backup.ts';
import type { BackupStore } from '../../core/backup-store.ts';
import type { Copying } from '../../core/operation.ts';
import type { AnyTarget } from '../../targets/index.ts';

export type PinArgs = Omit<Pin, 'version'>;
/** In which stores it was said; `absent` in those that do not have the backup. */
export type PinSaid = { store: string; said: 'pinned' | 'unpinned' | 'absent' };

/** Says it of the copy in each store, beside the copy: pins are only added, and the newest counts. */
export async function sayPin(target: AnyTarget, args: PinArgs, { stores }: Copying): Promise<PinSaid[]> {
  return Promise.all(stores.map((store) => sayIn(store, target.name, args)));
}

/** Whether the copies are there still: what deletes may have been about to. */
export async function stillThere(
  target: AnyTarget,
  { label, pinned }: PinArgs,
  { stores }: Copying,
): Promise<PinSaid[]> {
  return Promise.all(
    stores.map(async (store) => {
      const there = await placeOf(store, target.name, label);
      return { store: store.name, said: there === undefined ? 'absent' : pinned ? 'pinned' : 'unpinned' };
    }),
  );
}

async function sayIn(store: BackupStore, target: string, args: PinArgs): Promise<PinSaid> {
  const there = await placeOf(store, target, args.label);
  if (there === undefined) return { store: store.name, said: 'absent' };
  const said = args.pinned ? 'pinned' : 'unpinned';
  const pin: Pin = { version: 1, ...args };
  const key = `${backupKey(there.place, args.label)}/pin/${args.at.replaceAll(/[-:]/g, '')}-${said}.json`;
  await store.put(key, once(Buffer.from(JSON.stringify(pin))));
  return { store: store.name, said };
}

/** Where a finished backup lies in a store; undefined where it does not. */
async function placeOf(
  store: BackupStore,
  target: string,
  label: string,
): Promise<{ place: Place; folder: BackupFolder } | undefined> {
  const objects = [];
  for await (const object of store.list(`${target}/`)) if (object.key.includes(`/base/${label}/`)) objects.push(object);
  for (const { place, folders } of sortListing(target, objects).places) {
    const folder = folders.find((one) => one.done?.key === doneKey(place, label));
    if (folder) return { place, folder };
  }
  return undefined;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
