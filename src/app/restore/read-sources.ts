import { readCatalogue } from '../../backups/catalogue/read.ts';
import type { PlaceCatalogue } from '../../backups/catalogue/catalogue.ts';
import type { RestoreSource } from '../../backups/restore/choose.ts';
import { historyKey } from '../../backups/wal/stored.ts';
import type { BackupStore } from '../../core/backup-store.ts';

/** What a store has of a target, with the histories of its timelines. */
export async function readSources(store: BackupStore, target: string): Promise<RestoreSource[]> {
  const { places } = await readCatalogue(store, target, new Date().toISOString());
  return Promise.all(places.map(async (place) => ({ place, histories: await historiesOf(store, place) })));
}

async function historiesOf(store: BackupStore, { place, walObjects }: PlaceCatalogue): Promise<Map<number, string>> {
  const texts = new Map<number, string>();
  if (place.engine !== 'postgres') return texts;
  for (const timeline of new Set(walObjects.map((object) => object.timeline))) {
    const pieces = timeline > 1 ? await store.get(historyKey(place, timeline)) : undefined;
    if (pieces !== undefined) texts.set(timeline, (await bytesOf(pieces)).toString('utf8'));
  }
  return texts;
}

/** All of a small object. */
export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
