import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { BackupStore, StoredObject } from '../../core/backup-store.ts';
import { catalogueOf, type Documents, type StoreCatalogue } from './catalogue.ts';
import { sortListing, type BackupFolder, type PlaceListing, type StoreListing } from './listing.ts';
import { readPin, readProof, readRecord, type Readable } from './record.ts';

/** How much is looked at; what is beyond is left out and said so. */
export const readingLimits = { objects: 200_000, folders: 1000, documentBytes: 1_048_576, atOnce: 8 };
export type ReadingLimits = typeof readingLimits;

/**
 * Reads what a store has of a target: one listing, and of each backup its record and its newest proofs, a few at a time.
 * Faults of the store are thrown on: half a catalogue would look like missing backups.
 */
export async function readCatalogue(
  store: Pick<BackupStore, 'name' | 'list' | 'get'>,
  target: string,
  at: string,
  limits: ReadingLimits = readingLimits,
): Promise<StoreCatalogue> {
  const { objects, cut } = await listed(store, `${target}/`, limits.objects);
  const listing = sortListing(target, objects);
  const left = cutFolders(listing, limits.folders);
  const documents = await readDocuments(store, listing, limits);
  const leftOut = [
    ...(cut ? [`the store has more than ${limits.objects} objects of ${target}; the others were not looked at`] : []),
    ...(left > 0 ? [`the ${left} oldest backups were not looked at`] : []),
  ];
  return catalogueOf({ store: store.name, at, leftOut }, listing, documents);
}

async function listed(
  store: Pick<BackupStore, 'list'>,
  prefix: string,
  most: number,
): Promise<{ objects: StoredObject[]; cut: boolean }> {
  const objects: StoredObject[] = [];
  for await (const object of store.list(prefix)) {
    if (objects.length >= most) return { objects, cut: true };
    objects.push(object);
  }
  return { objects, cut: false };
}

/** Labels sort by time: the youngest stay. */
function cutFolders({ places }: StoreListing, most: number): number {
  let left = 0;
  for (const place of places) {
    left += Math.max(0, place.folders.length - most);
    place.folders = place.folders.toSorted((one, other) => (one.label < other.label ? -1 : 1)).slice(-most);
    for (const folder of place.folders) folder.proofs = newestProofs(folder);
  }
  return left;
}

/** The newest of each store and level counts, and the others need not be read: their names begin with their time. */
function newestProofs({ proofs }: BackupFolder): BackupFolder['proofs'] {
  return [...new Map(proofs.map((proof) => [`${proof.store} ${proof.level}`, proof])).values()];
}

async function readDocuments(
  store: Pick<BackupStore, 'get'>,
  { places }: StoreListing,
  limits: ReadingLimits,
): Promise<Documents> {
  const read: Read = { records: new Map(), proofs: new Map(), pins: new Map(), histories: new Map() };
  const work = places.flatMap((place) => [
    ...place.folders.flatMap((folder) => ofFolder(folder, read)),
    ...ofHistories(place, read),
  ]);
  await fewAtOnce(work, limits.atOnce, async ({ object, take }) =>
    take(await textOf(store, object, limits.documentBytes)),
  );
  return read;
}

type Reading = { object: StoredObject; take: (text: Readable<string>) => void };
type Read = {
  records: Map<string, ReturnType<typeof readRecord>>;
  proofs: Map<string, ReturnType<typeof readProof>>;
  pins: Map<string, ReturnType<typeof readPin>>;
  histories: Map<string, string>;
};

function ofFolder({ done, label, proofs, pins }: BackupFolder, read: Read): Reading[] {
  return [
    ...(done === undefined
      ? []
      : [
          {
            object: done,
            take: (text: Readable<string>) =>
              void read.records.set(done.key, 'read' in text ? readRecord(text.read, label) : text),
          },
        ]),
    ...proofs.map(({ object }) => ({
      object,
      take: (text: Readable<string>) =>
        void read.proofs.set(object.key, 'read' in text ? readProof(text.read, label) : text),
    })),
    ...pins
      .slice(-1)
      .filter(({ pinned }) => pinned)
      .map(({ object }) => ({
        object,
        take: (text: Readable<string>) =>
          void read.pins.set(object.key, 'read' in text ? readPin(text.read, label) : text),
      })),
  ];
}

function ofHistories({ histories }: PlaceListing, read: Read): Reading[] {
  return histories.map((object) => ({
    object,
    take: (text: Readable<string>) => {
      if ('read' in text) read.histories.set(object.key, text.read);
    },
  }));
}

/** A size is looked at before anything is read, and what comes is counted all the same. */
export async function textOf(
  store: Pick<BackupStore, 'get'>,
  { key, sizeBytes }: StoredObject,
  mostBytes: number,
): Promise<Readable<string>> {
  if (sizeBytes > mostBytes)
    return { unreadable: `it has ${sizeBytes} bytes, which is too much for what it should be` };
  const pieces = await store.get(key);
  if (pieces === undefined) return { unreadable: 'it was listed and is not there' };
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > mostBytes) return { unreadable: 'it is longer than the listing said' };
    read.push(Uint8Array.from(piece));
  }
  return plainText(key, Buffer.concat(read), mostBytes);
}

function plainText(key: string, bytes: Buffer, maxOutputLength: number): Readable<string> {
  try {
    if (key.endsWith('.gz')) return { read: gunzipSync(bytes, { maxOutputLength }).toString('utf8') };
    if (key.endsWith('.zst')) return { read: zstdDecompressSync(bytes, { maxOutputLength }).toString('utf8') };
    return { read: bytes.toString('utf8') };
  } catch {
    return { unreadable: 'it cannot be unpacked' };
  }
}

async function fewAtOnce<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const rest = all.values();
  const worker = async (): Promise<void> => {
    for (const one of rest) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
