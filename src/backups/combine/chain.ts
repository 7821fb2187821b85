import { Damage } from '../damage.ts';
import { readManifest, type Manifest } from '../manifest/manifest.ts';
import type { BackupDirectory } from './backup-directory.ts';

/** One backup of a chain: what it is said to have, and what its label says. */
export type Link = { directory: BackupDirectory; manifest: Manifest; label: string };

const LABEL = 'backup_label';
/** https://www.postgresql.org/docs/current/continuous-archiving.html, and build_backup_content of src/backend/access/transam/xlogbackup.c */
const START = /^START WAL LOCATION: ([0-9A-F]+\/[0-9A-F]+)/m;
const FROM = /^INCREMENTAL FROM LSN: ([0-9A-F]+\/[0-9A-F]+)/m;

/** Reads what says that backups belong together, the full one first; throws `Damage` where they do not. */
export async function readChain(directories: readonly BackupDirectory[]): Promise<Link[]> {
  const links: Link[] = [];
  for (const directory of directories) {
    const manifest = readManifest(await directory.readWhole('backup_manifest'));
    links.push({ directory, manifest, label: (await directory.readWhole(LABEL)).toString('utf8') });
  }
  links.forEach((link, i) => demandFollows(link, links[i - 1]));
  return links;
}

function demandFollows(link: Link, before: Link | undefined): void {
  const from = FROM.exec(link.label)?.[1];
  if (!before) {
    if (from !== undefined) throw new Damage(LABEL, 'the first backup of the chain is not a full one');
    return;
  }
  if (from === undefined) throw new Damage(LABEL, 'a backup of the chain is a full one, and only the first may be');
  const start = START.exec(before.label)?.[1];
  if (from !== start) {
    throw new Damage(
      LABEL,
      `it builds on a backup that starts at ${from}, and the one before starts at ${start ?? '?'}`,
    );
  }
  if (link.manifest.systemId !== before.manifest.systemId) {
    throw new Damage(LABEL, 'the backups of the chain are of different systems');
  }
}

/** The label of what is put together: it builds on nothing any more. */
export function withoutParent(label: string): string {
  return label
    .split('\n')
    .filter((line) => !line.startsWith('INCREMENTAL FROM '))
    .join('\n');
}
