import type { BackupStore } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { backupStores } from '../backup-stores.ts';
import { knowledge } from '../knowledge.ts';

/** A store of the config. Throws `unsupported` where there is none of this name. */
export async function storeNamed(name: string): Promise<BackupStore> {
  const store = backupStores(await knowledge()).find((one) => one.name === name);
  if (store === undefined) throw new Fault('unsupported', `nightshift.yaml names no ${name} place for backups.`);
  return store;
}
