import type { Backup } from '../../backups/catalogue/catalogue.ts';
import { readCatalogue } from '../../backups/catalogue/read.ts';
import { currentPlace } from '../../backups/questions/restore-now.ts';
import type { BackupRecord } from '../../core/backup.ts';
import type { Copying } from '../../core/operation.ts';
import type { AnyTarget } from '../../targets/index.ts';

export type WhichArgs = { store: string; backup: string | null };
/** What is to be read back: all that a restore of it needs, the full backup first; `none` is why there is nothing to read. */
export type Which = { records: readonly BackupRecord[] } | { none: string } | { refused: string };

/** The chain of the named backup, or of the newest one, in one store. */
export async function whichToVerify(
  target: AnyTarget,
  { store: name, backup: label }: WhichArgs,
  { stores }: Copying,
): Promise<Which> {
  const store = stores.find((one) => one.name === name);
  if (!store) return { none: `nightshift.yaml names no ${name} store` };
  const { backups } = currentPlace(await readCatalogue(store, target.name, new Date().toISOString())) ?? {
    backups: [],
  };
  const wanted = label === null ? newestOf(backups) : backups.find((one) => one.label === label);
  if (wanted === undefined)
    return {
      refused:
        label === null
          ? `the ${name} store has no backup of ${target.name}`
          : `the ${name} store has no finished backup ${label}: /db backups ${target.name} lists them`,
    };
  const chain = wanted.chain ?? [wanted.label];
  return { records: backups.filter((one) => chain.includes(one.label)).map(({ record }) => record) };
}

/** The newest that is there in full: of one that is on its way the record may come first. */
function newestOf(backups: readonly Backup[]): Backup | undefined {
  return backups.findLast(({ chain }) => chain !== null) ?? backups.at(-1);
}
