import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { Backup, PlaceCatalogue, StoreCatalogue } from '../catalogue/catalogue.ts';
import { isProven, standingOf } from '../catalogue/standing.ts';
import { superfluousWal, type WalGone } from './wal.ts';
import { windowBase, windowMs } from './window.ts';

export type Kept = { label: string; sizeBytes: number; for: readonly string[] };
export type Gone = { label: string; sizeBytes: number; keys: readonly string[]; why: string };

/** What retention would do with one place of one store. It deletes nothing. */
export type RetentionPlan = {
  place: string;
  remove: readonly Gone[];
  keep: readonly Kept[];
  wal: WalGone;
  /** What would go by its age, and stays because nothing newer was proved; a sentence. */
  heldBack: string | null;
  freedBytes: number;
};

const DAY_MS = 86_400_000;
/** What was begun so long ago and has no record was never finished: nothing takes that long. */
export const UNFINISHED_DAYS = 7;

/**
 * Pure: what can go from a store, and why; what stays, and for whom. Only the place that is backed up now is touched: whatever else lies
 * there (another database system, names that are not ours, records that cannot be read) stays. What the policy no longer
 * wants goes only where a newer backup was restored and verified from this store.
 */
export function retentionPlan(catalogue: StoreCatalogue, policy: BackupPolicy, nowMs: number): RetentionPlan | null {
  const place = catalogue.places.findLast(({ backups }) => backups.length > 0);
  if (!place || catalogue.leftOut.length > 0) return null;
  const reasons = keepReasons(place, policy, nowMs, catalogue.store);
  const proven = provenOf(place, policy, nowMs, catalogue.store);
  const isSuperfluous = ({ endedAt }: Pick<Backup, 'endedAt'>) => proven.some((newer) => newer.endedAt > endedAt);
  const expired = place.backups.filter(({ label }) => !reasons.has(label));
  // A parent goes with its child or after it, never before.
  const blocked = withChains(
    place,
    expired.filter((backup) => !isSuperfluous(backup)),
  );
  const remove = [
    ...expired.filter(({ label }) => !blocked.has(label)).map((backup) => goneOf(place, backup)),
    ...neverFinished(place, nowMs),
  ];
  const going = new Set(remove.map(({ label }) => label));
  const stays = place.backups.filter(({ label }) => !going.has(label));
  const wal = superfluousWal(place, stays, proven, windowMs(policy, nowMs));
  return {
    place: place.key,
    remove,
    keep: stays.map(({ label, sizeBytes }) => ({
      label,
      sizeBytes,
      for: [...(reasons.get(label) ?? ['nothing newer was restored and verified'])],
    })),
    wal,
    heldBack: heldBackWords(blocked.size, catalogue.store),
    freedBytes: remove.reduce((sum, { sizeBytes }) => sum + sizeBytes, wal.sizeBytes),
  };
}

function heldBackWords(count: number, store: string): string | null {
  if (count === 0) return null;
  return `${count} ${count === 1 ? 'backup' : 'backups'} past the policy ${count === 1 ? 'stays' : 'stay'} in ${store}: no newer one was restored and verified from there.`;
}

function provenOf({ backups }: PlaceCatalogue, policy: BackupPolicy, nowMs: number, store: string): Backup[] {
  return backups.filter((backup) => backup.chain !== null && isProven(standingOf(backup, policy, nowMs, store)));
}

/** Why each backup stays; those without a reason can go. */
function keepReasons(
  place: PlaceCatalogue,
  policy: BackupPolicy,
  nowMs: number,
  store: string,
): Map<string, Set<string>> {
  const reasons = new Map<string, Set<string>>();
  const keep = (backup: Backup | undefined, why: string): void => {
    if (backup === undefined) return;
    for (const label of backup.chain ?? [backup.label]) {
      const own = reasons.get(label) ?? new Set();
      own.add(label === backup.label ? why : `${backup.label} builds on it`);
      reasons.set(label, own);
    }
  };
  for (const [backup, why] of place.place.engine === 'postgres'
    ? wantedPostgres(place, policy, nowMs)
    : wantedRedis(place, policy, nowMs)) {
    keep(backup, why);
  }
  for (const backup of place.backups) if (backup.pinned) keep(backup, 'it is pinned');
  keep(
    place.backups.findLast(({ chain }) => chain !== null),
    'it is the newest',
  );
  keep(provenOf(place, policy, nowMs, store).at(-1), 'it is the newest that was restored and verified');
  return reasons;
}

type Wanted = [Backup | undefined, string][];

function wantedPostgres({ backups }: PlaceCatalogue, policy: BackupPolicy, nowMs: number): Wanted {
  const fromMs = windowMs(policy, nowMs);
  const fullsFromMs = nowMs - policy.fullDays * DAY_MS;
  const ended = (backup: Backup): number => Date.parse(backup.endedAt);
  return [
    [windowBase(backups, fromMs), `any second of the last ${policy.anySecondDays} days begins with it`],
    ...backups
      .filter((backup) => ended(backup) > fromMs)
      .map((backup): Wanted[number] => [backup, `it is of the last ${policy.anySecondDays} days`]),
    ...backups
      .filter((backup) => backup.kind === 'full' && ended(backup) > fullsFromMs)
      .map((backup): Wanted[number] => [backup, `it is a full backup of the last ${policy.fullDays} days`]),
  ];
}

function wantedRedis({ backups }: PlaceCatalogue, { snapshotDays }: BackupPolicy, nowMs: number): Wanted {
  return backups
    .filter(({ endedAt }) => Date.parse(endedAt) > nowMs - snapshotDays * DAY_MS)
    .map((backup) => [backup, `it is of the last ${snapshotDays} days`]);
}

function withChains({ backups }: PlaceCatalogue, all: readonly Backup[]): Set<string> {
  const labels = new Set(
    all.flatMap(({ label, chain, parent }) => [label, ...(chain ?? (parent === undefined ? [] : [parent]))]),
  );
  return new Set(backups.filter(({ label }) => labels.has(label)).map(({ label }) => label));
}

function goneOf({ key }: PlaceCatalogue, { label, record, sizeBytes, kind }: Backup): Gone {
  const folder = `${key}/base/${label}`;
  return {
    label,
    sizeBytes,
    // The record goes first: what is half deleted must not look like a backup.
    keys: [
      `${folder}/done.json`,
      ...record.files.map((file) => file.key).filter((name) => name.startsWith(`${folder}/`)),
    ],
    why: kind === 'full' ? 'it is older than the policy keeps' : 'nothing that the policy keeps needs it',
  };
}

function neverFinished({ unfinished }: PlaceCatalogue, nowMs: number): Gone[] {
  return unfinished
    .filter(({ lastAt }) => nowMs - Date.parse(lastAt) > UNFINISHED_DAYS * DAY_MS)
    .map(({ label, sizeBytes, keys }) => ({ label, sizeBytes, keys, why: 'it was never finished' }));
}
