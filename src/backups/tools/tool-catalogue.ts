import { chainOf, problemsOf } from '../catalogue/chain.ts';
import { anySecondUntil, type Backup, type StoreCatalogue } from '../catalogue/catalogue.ts';
import type { WalObject } from '../catalogue/listing.ts';
import { timelinePath } from '../catalogue/timelines.ts';
import { walCoverage, type WalCoverage } from '../catalogue/wal.ts';
import type { ToolProofs } from './tool-proofs.ts';
import type { PostgresBackupRecord } from '../../core/backup.ts';
import type { ToolMade } from '../../core/backup-tool.ts';

/** A backup as a tool tells of it. ISO times; LSNs as PostgreSQL writes them. */
export type ToolBackup = Omit<ToolMade, 'store'> & {
  /** Only of an increment: what it builds on. */
  parent?: string;
};

/** What one repository of a tool has of a target: of the database system that is backed up now. */
export type ToolCatalogue = {
  /** As the reports call it: "repo1", "barman". */
  store: string;
  /** Empty where the tool does not tell. */
  systemId: string;
  major: number;
  backups: readonly ToolBackup[];
  /** Under way, or never finished. */
  unfinished: readonly string[];
  /** The segments in the archive; null where the tool does not tell of them one by one, or not when they came. */
  wal: readonly WalObject[] | null;
  /** The history file of the youngest timeline. */
  history?: string;
  /** What the tool itself complains of, a sentence each. */
  complaints: readonly string[];
  /** What else is worth knowing. */
  notes: readonly string[];
};

/** Pure: the same questions can be asked of it as of a store of our own. What only our own backups have is empty. */
export function storeCatalogueOf(
  target: string,
  tool: ToolCatalogue,
  at: string,
  proofs: ToolProofs = new Map(),
): StoreCatalogue {
  const wal = coverageOf(tool);
  const links = new Map(tool.backups.map((one) => [one.label, one]));
  const backups = tool.backups
    .map((backup) => backupOf(target, tool, backup, { links, wal, proofs }))
    .toSorted((one, other) => (one.endedAt < other.endedAt ? -1 : 1));
  const { systemId, major, store, notes } = tool;
  return {
    store,
    at,
    places: [
      {
        place: { target, engine: 'postgres', systemId, major },
        key: store,
        backups,
        unfinished: [],
        unreadable: [],
        wal,
        walObjects: tool.wal ?? [],
      },
    ],
    foreign: [],
    leftOut: [
      ...notes,
      ...tool.unfinished.map((label) => `${label} is under way, or was never finished: it counts as nothing`),
    ],
  };
}

function coverageOf({ wal, backups, history }: ToolCatalogue): WalCoverage | null {
  if (wal === null) return null;
  const youngest = [...wal, ...backups].reduce((most, { timeline }) => Math.max(most, timeline), 1);
  const path = history === undefined ? undefined : timelinePath(youngest, history);
  return walCoverage(wal, path ?? [{ timeline: youngest, fromLsn: 0 }]);
}

type Around = { links: ReadonlyMap<string, ToolBackup>; wal: WalCoverage | null; proofs: ToolProofs };

function backupOf(target: string, tool: ToolCatalogue, backup: ToolBackup, { links, wal, proofs }: Around): Backup {
  const { label, kind, parent, startedAt, endedAt, sizeBytes } = backup;
  const found = chainOf(label, (one) => links.get(one));
  const chain = 'labels' in found ? found.labels : null;
  const record = recordOf(target, tool, backup);
  return {
    label,
    kind,
    ...(parent === undefined ? {} : { parent }),
    record,
    startedAt,
    endedAt,
    sizeBytes,
    seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1000,
    problems: problemsOf(backup, found),
    chain,
    proofs: (proofs.get(label) ?? []).filter(({ store }) => store === tool.store),
    pinned: false,
    anySecondUntil: chain === null || wal === null ? null : anySecondUntil(record, wal),
  };
}

/** What a record of ours would say; a tool's own files and sums are its own affair. */
function recordOf(target: string, { systemId, major, store }: ToolCatalogue, backup: ToolBackup): PostgresBackupRecord {
  const { label, kind, parent, startedAt, endedAt, sizeBytes, plainBytes, timeline, startLsn, stopLsn } = backup;
  return {
    version: 1,
    engine: 'postgres',
    label,
    kind,
    ...(parent === undefined ? {} : { parent }),
    target,
    member: '',
    startedAt,
    endedAt,
    compression: 'none',
    files: [{ key: label, sizeBytes, plainBytes, sha256: '' }],
    run: store,
    systemId,
    serverVersion: major * 10_000,
    manifestSha256: '',
    wal: { timeline, startLsn, stopLsn },
    brokenPages: null,
    filesVerified: 0,
  };
}

/** Pure: a segment that a tool has, by its name; undefined where it is none. `modifiedAt` is when it came. */
export function toolSegment(
  name: string,
  { key, sizeBytes, modifiedAt }: Pick<WalObject, 'key' | 'sizeBytes' | 'modifiedAt'>,
): WalObject | undefined {
  const [, timeline, high, low] = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name) ?? [];
  if (timeline === undefined || high === undefined || low === undefined) return undefined;
  return { key, sizeBytes, modifiedAt, timeline: hex(timeline), high: hex(high), low: hex(low) };
}

/** Pure: the timeline of a segment's name. */
export function timelineOf(segment: string): number {
  return hex(segment.slice(0, 8));
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16);
}
