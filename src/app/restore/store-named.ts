import type { ReadableStore } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { createReadableBucket } from '../../state/backup-store/bucket-readable.ts';
import { storesOf } from '../stores-of.ts';
import { knowledge } from '../knowledge.ts';

/** A store of the config. Throws `unsupported` where there is none of this name. */
export async function storeNamed(name: string): Promise<ReadableStore> {
  const store = storesOf(await knowledge(), createReadableBucket).find((one) => one.name === name);
  if (store === undefined) throw new Fault('unsupported', `nightshift.yaml names no ${name} place for backups.`);
  return store;
}
