import type { BackupRecord } from '../../core/backup.ts';
import type { BackupStore, Pieces } from '../../core/backup-store.ts';
import { readRecord } from '../../backups/catalogue/record.ts';
import { backupKey, doneKey, placeKey, type Place } from '../../backups/layout.ts';

/** What a record may take: a few lines for each file. */
const RECORD_BYTES = 256_000;

/** The finished backups of a place, oldest first: those that have a `done.json`. */
export async function recordsIn(store: BackupStore, place: Place): Promise<BackupRecord[]> {
  const keys: string[] = [];
  for await (const { key, sizeBytes } of store.list(`${placeKey(place)}/base/`))
    if (key.endsWith('/done.json') && sizeBytes <= RECORD_BYTES) keys.push(key);
  const found = await Promise.all(keys.map(async (key) => recordOf(await bytesOf(await store.get(key)), labelOf(key))));
  return found.flatMap((record) => record ?? []).toSorted((one, other) => (one.label < other.label ? -1 : 1));
}

export async function recordAt(store: BackupStore, place: Place, label: string): Promise<BackupRecord | undefined> {
  return recordOf(await bytesOf(await store.get(doneKey(place, label))), label);
}

/** Every object of a backup but its record, with its size. */
export async function objectsOf(store: BackupStore, place: Place, label: string): Promise<Map<string, number>> {
  const objects = new Map<string, number>();
  for await (const { key, sizeBytes } of store.list(`${backupKey(place, label)}/`)) objects.set(key, sizeBytes);
  return objects;
}

async function bytesOf(pieces: Pieces | undefined): Promise<Buffer | undefined> {
  if (pieces === undefined) return undefined;
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(Uint8Array.from(piece));
  return Buffer.concat(read);
}

/** Undefined where it is not a record that we understand: a newer one, or half of one. */
function recordOf(bytes: Buffer | undefined, label: string): BackupRecord | undefined {
  if (bytes === undefined) return undefined;
  const said = readRecord(bytes.toString(), label);
  return 'read' in said ? said.read : undefined;
}

function labelOf(key: string): string {
  return key.split('/').at(-2) ?? '';
}
