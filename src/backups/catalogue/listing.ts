import type { Proof, ProofLevel } from '../../core/backup.ts';
import { proofLevels } from '../../core/backup.ts';
import type { StoredObject } from '../../core/backup-store.ts';
import { backupTools } from '../../core/backup-tool.ts';
import { placeKey, type Place } from '../layout.ts';

/** What stands in the folder of one backup, by the names of the objects alone. */
export type BackupFolder = {
  label: string;
  /** The object `done.json`; absent where the backup was never finished. */
  done?: StoredObject;
  files: StoredObject[];
  proofs: { object: StoredObject; store: string; level: ProofLevel }[];
  pins: { object: StoredObject; pinned: boolean }[];
  /** Objects with names that nothing of ours has. */
  unknown: StoredObject[];
};

/** All that lies in a store of one database system, or of one Redis. */
export type PlaceListing = {
  place: Place;
  key: string;
  folders: BackupFolder[];
  wal: WalObject[];
  histories: StoredObject[];
};

/** A whole segment, or its beginning up to `partialEnd` (LSN). `low` and `high` are the two halves of its number. */
export type WalObject = StoredObject & { timeline: number; high: number; low: number; partialEnd?: number };

/** What a listing showed. `foreign` has no place in the layout, and is never touched. */
export type StoreListing = { places: PlaceListing[]; foreign: StoredObject[] };

const OWN_FILE = /^(?:backup_manifest|base\.tar|[a-z][a-z0-9-]*\.rdb)(?:\.(?:gz|zst))?$/;
const PROOF = /^proof\/.+-([a-z]+)-(L[1-5])\.json$/;
const OF_TOOL = /\/proof\/.+-[a-z]+\d*-L[1-5]\.json$/;
const PIN = /^pin\/.+-(pinned|unpinned)\.json$/;
const WAL =
  /^wal\/([0-9A-F]{8})\/([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(?:\.partial\.([0-9A-F]{16}))?(?:\.(?:gz|zst))?$/;
const HISTORY = /^wal\/[0-9A-F]{8}\/[0-9A-F]{8}\.history(?:\.(?:gz|zst))?$/;

const OWED = /^owed\/[0-9A-F]{8}-[0-9A-F]{16}\.json$/;

/** Pure: the objects of a target in their places. */
export function sortListing(target: string, objects: Iterable<StoredObject>): StoreListing {
  const places = new Map<string, PlaceListing & { byLabel: Map<string, BackupFolder> }>();
  const foreign: StoredObject[] = [];
  for (const object of objects) {
    const [, key = '', rest = ''] = /^([^/]+\/[^/]+)\/(.+)$/.exec(object.key) ?? [];
    const place = placeOf(target, key);
    if (place === undefined) {
      // What was proved of the backups of a tool: they may have been made by one before we made them.
      if (!isOfTool(target, object.key)) foreign.push(object);
      continue;
    }
    const listing = places.get(key) ?? { place, key, folders: [], wal: [], histories: [], byLabel: new Map() };
    places.set(key, listing);
    if (!takeIn(listing, rest, object)) foreign.push(object);
  }
  return {
    places: [...places.values()].map(({ byLabel, ...rest }) => ({ ...rest, folders: [...byLabel.values()] })),
    foreign,
  };
}

function isOfTool(target: string, key: string): boolean {
  return backupTools.some((tool) => key.startsWith(`${placeKey({ target, tool })}/base/`) && OF_TOOL.test(key));
}

function placeOf(target: string, key: string): Place | undefined {
  if (key === `${target}/redis`) return { target, engine: 'redis' };
  const [, systemId, major] = /\/postgres-(\d+)-(\d+)$/.exec(key) ?? [];
  if (systemId === undefined || key !== `${target}/postgres-${systemId}-${major}`) return undefined;
  return { target, engine: 'postgres', systemId, major: Number(major) };
}

function takeIn(
  listing: PlaceListing & { byLabel: Map<string, BackupFolder> },
  path: string,
  object: StoredObject,
): boolean {
  const [, label, name] = /^base\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (label !== undefined && name !== undefined) {
    const folder = listing.byLabel.get(label) ?? { label, files: [], proofs: [], pins: [], unknown: [] };
    listing.byLabel.set(label, folder);
    intoFolder(folder, name, object);
    return true;
  }
  if (HISTORY.test(path)) {
    listing.histories.push(object);
    return true;
  }
  const wal = walObject(path, object);
  if (wal) listing.wal.push(wal);
  return wal !== undefined || OWED.test(path);
}

function intoFolder(folder: BackupFolder, name: string, object: StoredObject): void {
  const [, store = '', level] = PROOF.exec(name) ?? [];
  const [, pin] = PIN.exec(name) ?? [];
  if (name === 'done.json') folder.done = object;
  else if (OWN_FILE.test(name)) folder.files.push(object);
  else if (isLevel(level)) folder.proofs.push({ object, store, level });
  else if (pin !== undefined) folder.pins.push({ object, pinned: pin === 'pinned' });
  else folder.unknown.push(object);
}

function isLevel(level: string | undefined): level is Proof['level'] {
  return proofLevels.some((known) => known === level);
}

/** The name of a segment repeats its timeline. */
function walObject(path: string, object: StoredObject): WalObject | undefined {
  const [, folder, timeline, high, low, end] = WAL.exec(path) ?? [];
  if (folder === undefined || folder !== timeline) return undefined;
  return {
    ...object,
    timeline: hex(timeline),
    high: hex(high),
    low: hex(low),
    ...(end === undefined ? {} : { partialEnd: hex(end.slice(0, 8)) * 2 ** 32 + hex(end.slice(8)) }),
  };
}

function hex(digits = '0'): number {
  return Number.parseInt(digits, 16);
}
