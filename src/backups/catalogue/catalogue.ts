import { chainOf, problemsOf, type Chain, type Link } from './chain.ts';
import type { BackupRecord, Pin, Proof } from '../../core/backup.ts';
import type { Place } from '../layout.ts';
import type { BackupFolder, PlaceListing, StoreListing, WalObject } from './listing.ts';
import { lsnNumber } from '../../core/lsn.ts';
import type { Readable } from './record.ts';
import { timelinePath, type TimelineStep } from './timelines.ts';
import { unfinishedOf, type Unfinished } from './unfinished.ts';
import { walCoverage, type WalCoverage } from './wal.ts';

/** A backup that was finished, as its record and its objects show it in one store. */
export type Backup = {
  label: string;
  kind: BackupRecord['kind'];
  parent?: string;
  record: BackupRecord;
  startedAt: string;
  endedAt: string;
  /** All its objects in the store. */
  sizeBytes: number;
  seconds: number;
  /** Why it is no good, a sentence each: objects are missing or of another size, a parent is missing. */
  problems: readonly string[];
  /** From its full backup to itself: all that a restore needs; null where one of them is missing or no good. */
  chain: readonly string[] | null;
  /** The newest of each level. */
  proofs: readonly Proof[];
  /** Whether retention leaves it alone now; `pin` is what was said last, where that can be read. */
  pinned: boolean;
  pin?: Pin;
  /** Any second from its end until this ISO time can be restored from it with WAL; null where only its own end can. */
  anySecondUntil: string | null;
};

/** What lies in one store of one database system, or of one Redis. */
export type PlaceCatalogue = {
  place: Place;
  key: string;
  /** Oldest first. */
  backups: readonly Backup[];
  /** Begun, and without a record: under way, or never finished. */
  unfinished: readonly Unfinished[];
  /** Records, proofs and histories that cannot be read, which count as nothing. */
  unreadable: readonly { key: string; why: string }[];
  wal: WalCoverage | null;
  walObjects: readonly WalObject[];
};

/** What one store has of one target. */
export type StoreCatalogue = {
  store: string;
  /** ISO time of the look. */
  at: string;
  /** The one that is backed up now comes last. */
  places: readonly PlaceCatalogue[];
  /** Keys that nothing of ours has. */
  foreign: readonly string[];
  /** What was left out, where there was too much to look at. */
  leftOut: readonly string[];
};

/** The contents of small objects by key. */
export type Documents = {
  records: ReadonlyMap<string, Readable<BackupRecord>>;
  proofs: ReadonlyMap<string, Readable<Proof>>;
  /** The newest of each backup. */
  pins: ReadonlyMap<string, Readable<Pin>>;
  /** History files by the timeline that they lead to. */
  histories: ReadonlyMap<string, string>;
};

/** Pure: the catalogue of a listing and the documents that were read for it. */
export function catalogueOf(
  about: { store: string; at: string; leftOut: readonly string[] },
  listing: StoreListing,
  documents: Documents,
): StoreCatalogue {
  const places = listing.places.map((place) => placeCatalogue(place, documents, about.at));
  return {
    ...about,
    places: places.toSorted((one, other) => (newestOf(one) < newestOf(other) ? -1 : 1)),
    foreign: listing.foreign.map(({ key }) => key),
  };
}

function newestOf({ backups }: PlaceCatalogue): string {
  return backups.at(-1)?.endedAt ?? '';
}

function placeCatalogue(listing: PlaceListing, documents: Documents, at: string): PlaceCatalogue {
  const { place, key, folders } = listing;
  const finished = folders.flatMap((folder) => {
    const read = folder.done && documents.records.get(folder.done.key);
    return read && 'read' in read
      ? [{ folder, record: read.read, problems: ownProblems(read.read, folder, place) }]
      : [];
  });
  const wal = place.engine === 'postgres' ? coverageOf(listing, documents) : null;
  const links = new Map(
    finished.map(({ record, problems }): [string, Link] => [record.label, linkOf(record, problems)]),
  );
  return {
    place,
    key,
    backups: finished
      .map(({ folder, record, problems }) =>
        backupOf(
          { folder, record, problems, chain: chainOf(record.label, (label) => links.get(label)) },
          documents,
          wal,
          at,
        ),
      )
      .toSorted((one, other) => (one.endedAt < other.endedAt ? -1 : 1)),
    unfinished: folders.filter(({ done }) => done === undefined).flatMap(unfinishedOf),
    unreadable: unreadableOf(listing, documents),
    wal,
    walObjects: listing.wal,
  };
}

/** What of a record does not agree with the place in which it lies. */
function ownProblems(record: BackupRecord, { files }: BackupFolder, place: Place): string[] {
  const sizes = new Map(files.map(({ key, sizeBytes }) => [key, sizeBytes]));
  const ofPlace =
    record.engine !== place.engine ||
    record.target !== place.target ||
    (record.engine === 'postgres' && place.engine === 'postgres' && record.systemId !== place.systemId);
  return [
    ...(ofPlace ? ['it is of another database than the place in which it lies'] : []),
    ...(record.files.length === 0 ? ['it has no files'] : []),
    ...record.files.flatMap(({ key, sizeBytes }) => {
      const found = sizes.get(key);
      if (found === sizeBytes) return [];
      return [
        found === undefined
          ? `${nameOf(key)} is missing`
          : `${nameOf(key)} has ${found} bytes in place of ${sizeBytes}`,
      ];
    }),
  ];
}

function linkOf(record: BackupRecord, problems: readonly string[]): Link {
  return { kind: record.kind, problems, ...('parent' in record && { parent: record.parent }) };
}

type Found = { folder: BackupFolder; record: BackupRecord; problems: readonly string[]; chain: Chain };

function backupOf(
  { folder, record, problems, chain: found }: Found,
  { proofs, pins }: Documents,
  wal: WalCoverage | null,
  at: string,
): Backup {
  const { label, kind, startedAt, endedAt } = record;
  const chain = 'labels' in found ? found.labels : null;
  return {
    label,
    kind,
    ...('parent' in record && record.parent !== undefined ? { parent: record.parent } : {}),
    record,
    startedAt,
    endedAt,
    sizeBytes: folder.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1000,
    problems: problemsOf({ problems }, found),
    chain,
    proofs: folder.proofs
      .flatMap(({ object }) => {
        const read = proofs.get(object.key);
        return read && 'read' in read ? [read.read] : [];
      })
      .toSorted((one, other) => (one.at < other.at ? -1 : 1)),
    ...pinOf(folder, pins, at),
    anySecondUntil: chain === null || wal === null ? null : anySecondUntil(record, wal),
  };
}

/** What cannot be read of a pin says nothing of its end: then it is for good. */
function pinOf({ pins }: BackupFolder, read: Documents['pins'], at: string): Pick<Backup, 'pinned' | 'pin'> {
  const [last] = pins.slice(-1);
  if (last === undefined) return { pinned: false };
  const said = read.get(last.object.key);
  if (said === undefined || !('read' in said)) return { pinned: last.pinned };
  const isOver = said.read.until !== null && said.read.until <= at;
  return { pinned: last.pinned && !isOver, pin: said.read };
}

/** From the end of a backup on, over the run of WAL in which that lies; its own WAL is in its archive. */
export function anySecondUntil(record: BackupRecord, { runs, path, segmentBytes }: WalCoverage): string | null {
  if (record.engine !== 'postgres') return null;
  const { timeline, stopLsn } = record.wal;
  const stop = lsnNumber(stopLsn);
  const step = path.findIndex((one) => one.timeline === timeline);
  const leftAt = path[step + 1]?.fromLsn ?? Infinity;
  if (step < 0 || stop > leftAt) return null;
  const segment = Math.floor(stop / segmentBytes);
  const run = runs.find(({ from, to }) => from <= segment && segment <= to);
  return run !== undefined && run.endLsn > stop && run.toAt > record.endedAt ? run.toAt : null;
}

/** The way to the youngest timeline of which there is WAL, or a backup; undefined where nobody knows how it came there. */
function pathOf({ wal, histories, folders }: PlaceListing, documents: Documents): Way {
  const ofBackups = folders.flatMap(({ done }) => {
    const read = done && documents.records.get(done.key);
    return read && 'read' in read && read.read.engine === 'postgres' ? [read.read.wal.timeline] : [];
  });
  const youngest = [...wal.map(({ timeline }) => timeline), ...ofBackups].reduce((a, b) => Math.max(a, b), 1);
  if (youngest === 1) return { youngest, path: [{ timeline: 1, fromLsn: 0 }] };
  const file = histories.find(({ key }) => historyTimeline(key) === youngest);
  const text = file && documents.histories.get(file.key);
  const path = text === undefined ? undefined : timelinePath(youngest, text);
  return { youngest, ...(path === undefined ? {} : { path }), ...(file === undefined ? {} : { key: file.key }) };
}
type Way = { youngest: number; path?: TimelineStep[]; key?: string };

function coverageOf(listing: PlaceListing, documents: Documents): WalCoverage {
  const { youngest, path } = pathOf(listing, documents);
  return walCoverage(listing.wal, path ?? [{ timeline: youngest, fromLsn: 0 }]);
}

/** `…/00000002.history` leads to timeline 2. */
export function historyTimeline(key: string): number {
  return Number.parseInt(/([0-9A-F]{8})\.history/.exec(key)?.[1] ?? '0', 16);
}

function unreadableOf(listing: PlaceListing, documents: Documents): { key: string; why: string }[] {
  const objects = listing.folders.flatMap(({ done, proofs }) => [
    ...(done ? [done] : []),
    ...proofs.map(({ object }) => object),
  ]);
  const { youngest, path, key } = pathOf(listing, documents);
  return [
    ...objects.flatMap((object) => {
      const read = documents.records.get(object.key) ?? documents.proofs.get(object.key);
      return read && 'unreadable' in read ? [{ key: object.key, why: read.unreadable }] : [];
    }),
    ...(path ? [] : [{ key: key ?? `timeline ${youngest}`, why: 'nobody knows from which timeline it came' }]),
  ];
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
