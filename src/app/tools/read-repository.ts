import { pgbackrestSegment } from '../../backups/tools/pgbackrest.ts';
import { readPgbackrestFiles } from '../../backups/tools/pgbackrest-repository.ts';
import type { ToolCatalogue } from '../../backups/tools/tool-catalogue.ts';
import type { WalObject } from '../../backups/catalogue/listing.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { bytesOf } from '../restore/read-sources.ts';

/** A segment is 16 MiB: so many are three terabytes. */
const MOST_SEGMENTS = 200_000;

/** What pgBackRest's own repository has of a stanza, where its program cannot be run. */
export async function readPgbackrestRepository(store: ReadableStore, stanza: string): Promise<ToolCatalogue> {
  const backupInfo = await infoFile(store, `backup/${stanza}/backup.info`);
  const archiveInfo = await infoFile(store, `archive/${stanza}/archive.info`);
  const { archiveId, catalogue } = readPgbackrestFiles(stanza, backupInfo, archiveInfo);
  if (archiveId === null) return catalogue;
  const folder = `archive/${stanza}/${archiveId}/`;
  const wal: WalObject[] = [];
  for await (const object of store.list(folder)) {
    const segment = pgbackrestSegment(object);
    if (segment !== undefined) wal.push(segment);
    if (wal.length > MOST_SEGMENTS)
      return {
        ...catalogue,
        wal: null,
        notes: [...catalogue.notes, `there are more than ${MOST_SEGMENTS} segments of WAL: they were not counted`],
      };
  }
  const youngest = wal.reduce((most, { timeline }) => Math.max(most, timeline), 1);
  const history =
    youngest > 1
      ? await textOf(store, `${folder}${youngest.toString(16).toUpperCase().padStart(8, '0')}.history`)
      : undefined;
  return { ...catalogue, wal, ...(history === undefined ? {} : { history }) };
}

/** pgBackRest keeps a copy of each, for the case that one was not written to its end. */
async function infoFile(store: ReadableStore, key: string): Promise<string> {
  const text = (await textOf(store, key)) ?? (await textOf(store, `${key}.copy`));
  if (text === undefined) throw new Fault('target_unreachable', `there is no ${key} in the repository`);
  return text;
}

async function textOf(store: ReadableStore, key: string): Promise<string | undefined> {
  const pieces = await store.get(key);
  return pieces === undefined ? undefined : (await bytesOf(pieces)).toString('utf8');
}
