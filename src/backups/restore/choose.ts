import type { PostgresBackupRecord, Proof } from '../../core/backup.ts';
import type { PlaceCatalogue } from '../catalogue/catalogue.ts';
import type { System } from '../layout.ts';
import { lsnOf, lsnText } from '../../core/lsn.ts';
import { coverFrom, type Cover } from '../wal/cover.ts';
import { timelinePath, type PathPart } from '../wal/history.ts';
import { segmentName, segmentStart } from '../wal/segment.ts';
import { storedWal, type StoredWal } from '../wal/stored.ts';
import { targetText, type RestoreTarget } from './target.ts';

/** One database system as a store has it, with the texts of its history files by timeline. */
export type RestoreSource = { place: PlaceCatalogue; histories: ReadonlyMap<number, string> };

/** What is to be fetched and replayed. */
export type RestoreChoice = {
  system: System;
  target: RestoreTarget;
  /** From the full backup to the last increment. */
  chain: readonly PostgresBackupRecord[];
  /** Of the last of the chain, the newest of each level. */
  proofs: readonly Proof[];
  path: readonly PathPart[];
  segmentBytes: number;
  wal: readonly StoredWal[];
  /** WAL beyond this is not replayed; undefined where the end of the backup or the server says when it is enough. */
  cutLsn?: string;
};

type Candidate = {
  source: RestoreSource;
  system: System;
  record: PostgresBackupRecord;
  segmentBytes: number;
  stored: readonly StoredWal[];
};

/** Clocks of servers and stores are not the same. */
const CLOCKS_APART_MS = 300_000;
const MOST_SAID = 5;

/**
 * Pure: the newest backup before the target from which WAL goes on to it, and that WAL. `label` chooses the backup. A refusal names
 * what is missing and since when.
 */
export function chooseRestore(
  sources: readonly RestoreSource[],
  target: RestoreTarget,
  label?: string,
): { choice: RestoreChoice } | { refused: string } {
  const all = sources.flatMap(candidatesOf).toSorted((a, b) => (a.record.endedAt < b.record.endedAt ? 1 : -1));
  const wanted = label === undefined ? all : all.filter(({ record }) => record.label === label);
  if (wanted.length === 0) {
    const which = label === undefined ? '' : ` ${label}`;
    return { refused: `there is no whole backup${which}${whatIsWrong(sources, label)}.` };
  }
  return firstThatReaches(wanted, target);
}

/** The newest of those that are there and no good, each with what is wrong with it. */
function whatIsWrong(sources: readonly RestoreSource[], label: string | undefined): string {
  const broken = sources
    .flatMap(({ place }) => place.backups)
    .filter((one) => one.problems.length > 0 && (label === undefined || one.label === label));
  const said = broken.slice(-MOST_SAID).map((one) => `${one.label}: ${one.problems[0]}`);
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}

function firstThatReaches(
  wanted: readonly Candidate[],
  target: RestoreTarget,
): { choice: RestoreChoice } | { refused: string } {
  const early = wanted.filter(({ record }) => isBefore(record, target));
  let first: { refused: string } | undefined;
  // Where a name lies nobody knows: the oldest backup has it behind it, if any has.
  for (const candidate of target.kind === 'name' ? early.toReversed() : early) {
    const tried = tryCandidate(candidate, target);
    if ('choice' in tried) return tried;
    first ??= tried;
    if (target.kind === 'latest') break;
  }
  const oldest = wanted.at(-1)?.record;
  return (
    first ?? {
      refused: `no whole backup ended before ${targetText(target)}; the oldest, ${oldest?.label}, ended at ${oldest?.endedAt} (${oldest?.wal.stopLsn}).`,
    }
  );
}

function candidatesOf(source: RestoreSource): Candidate[] {
  const { place } = source.place;
  if (place.engine !== 'postgres') return [];
  const segmentBytes = source.place.wal?.segmentBytes ?? 16 * 1024 ** 2;
  const stored = source.place.walObjects.flatMap((object) => storedWal(object, segmentBytes) ?? []);
  return source.place.backups.flatMap(({ record, chain, problems }) =>
    record.engine === 'postgres' && chain !== null && problems.length === 0
      ? [{ source, system: place, record, segmentBytes, stored }]
      : [],
  );
}

function isBefore({ endedAt, wal }: PostgresBackupRecord, target: RestoreTarget): boolean {
  if (target.kind === 'time') return Date.parse(endedAt) <= Date.parse(target.at);
  return target.kind !== 'lsn' || lsnOf(wal.stopLsn) <= lsnOf(target.lsn);
}

function tryCandidate(candidate: Candidate, target: RestoreTarget): { choice: RestoreChoice } | { refused: string } {
  const own = pathsOf(candidate);
  if (target.kind === 'end') return chosen(candidate, target, own.at(-1) ?? [], { pieces: [] });
  let first: { refused: string } | undefined;
  for (const path of own) {
    const cover = coverFrom(lsnOf(candidate.record.wal.stopLsn), path, candidate.stored, candidate.segmentBytes);
    const enough = enoughOf(cover, target);
    if (enough !== undefined) return chosen(candidate, target, path, enough);
    first ??= { refused: missingOf(candidate, path, cover, target) };
  }
  return first ?? { refused: `${candidate.record.label} lies on no timeline that is known.` };
}

/** The ways of timelines that this backup lies on, the newest first. */
function pathsOf({ source, record, stored }: Candidate): PathPart[][] {
  const own = record.wal.timeline;
  const known = new Set([own, ...source.histories.keys(), ...stored.map(({ timeline }) => timeline)]);
  return [...known]
    .toSorted((a, b) => b - a)
    .flatMap((timeline) => {
      const path = pathTo(timeline, source.histories.get(timeline), own);
      const part = path.find((one) => one.timeline === own);
      const isOn = part !== undefined && (part.endLsn === undefined || part.endLsn >= lsnOf(record.wal.stopLsn));
      return isOn ? [path] : [];
    });
}

/** A history that is missing or broken leads nowhere; the backup's own timeline needs none. */
function pathTo(timeline: number, history: string | undefined, own: number): PathPart[] {
  if (timeline === own && history === undefined) return [{ timeline, beginLsn: 0n }];
  try {
    return timelinePath(timeline, history);
  } catch {
    return [];
  }
}

type Enough = { pieces: readonly StoredWal[]; cutLsn?: string };

/** The WAL that reaches the target; undefined where it does not. */
function enoughOf({ pieces, toLsn, next }: Cover, target: RestoreTarget): Enough | undefined {
  if (target.kind === 'lsn') {
    const lsn = lsnOf(target.lsn);
    return toLsn < lsn ? undefined : { pieces: pieces.filter(({ startLsn }) => startLsn < lsn), cutLsn: target.lsn };
  }
  if (target.kind === 'time') return reachTime(pieces, Date.parse(target.at));
  return target.kind === 'latest' && next !== undefined ? undefined : { pieces };
}

/**
 * Every drain ends with the beginning of a segment. What was stored first after the time may come from a look that began before it;
 * the second look after it has all that was written until then.
 */
function reachTime(pieces: readonly StoredWal[], atMs: number): Enough | undefined {
  if (!pieces.some(({ storedAt }) => Date.parse(storedAt) >= atMs)) return undefined;
  const ends = pieces.flatMap(({ isWhole, storedAt }, n) =>
    !isWhole && Date.parse(storedAt) >= atMs + CLOCKS_APART_MS ? [n] : [],
  );
  return { pieces: pieces.slice(0, (ends[1] ?? pieces.length) + 1) };
}

function chosen(
  candidate: Candidate,
  target: RestoreTarget,
  path: readonly PathPart[],
  enough: Enough,
): { choice: RestoreChoice } {
  const { source, system, record, segmentBytes } = candidate;
  const own = source.place.backups.find(({ label }) => label === record.label);
  const byLabel = new Map(source.place.backups.map((one) => [one.label, one.record]));
  const chain = (own?.chain ?? []).map((label) => byLabel.get(label)).filter((one) => one?.engine === 'postgres');
  const { pieces: wal, cutLsn } = enough;
  const cut = cutLsn === undefined ? {} : { cutLsn };
  return { choice: { system, target, chain, proofs: own?.proofs ?? [], path, segmentBytes, wal, ...cut } };
}

function missingOf(
  { record, segmentBytes }: Candidate,
  path: readonly PathPart[],
  cover: Cover,
  target: RestoreTarget,
): string {
  const { toLsn, pieces, next } = cover;
  const since = pieces.at(-1)?.storedAt ?? record.endedAt;
  const timeline = next?.timeline ?? path.at(-1)?.timeline ?? record.wal.timeline;
  const name = segmentName({ timeline, startLsn: segmentStart(toLsn, segmentBytes) }, segmentBytes);
  const until = `From ${record.label} WAL goes on to ${lsnText(toLsn)}, stored at ${since}`;
  const instead = `--to ${lsnText(toLsn)} is the last that can be had from it.`;
  if (next === undefined) return `${targetText(target)} is not stored yet. ${until}; ${instead}`;
  return `WAL is missing: the segment ${name}, which was to be stored after ${since}. ${until}; ${instead}`;
}
