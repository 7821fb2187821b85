import { durationText } from '../../core/amount.ts';
import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { RestoreNow } from '../../core/backups-seen.ts';
import type { Backup, PlaceCatalogue, StoreCatalogue } from '../catalogue/catalogue.ts';
import { lsnNumber } from '../../core/lsn.ts';
import { isProven, standingOf } from '../catalogue/standing.ts';

/** How far the server that takes writes was, when somebody last asked: what it has not written cannot be lost. */
export type ServerHeard = { position: string; timeline: number | null; history: string; at: string };

/** Pure: the place that is backed up now. */
export function currentPlace({ places }: StoreCatalogue): PlaceCatalogue | undefined {
  return places.findLast(({ backups }) => backups.length > 0);
}

/** Pure: would a restore work now, from this store? */
export function restoreNow(
  catalogue: StoreCatalogue,
  policy: BackupPolicy,
  nowMs: number,
  heard: ServerHeard | null,
): RestoreNow {
  const place = currentPlace(catalogue);
  const usable = (place?.backups ?? []).filter(
    (backup) => backup.chain !== null && !isFailed(backup, policy, nowMs, catalogue.store),
  );
  const best = usable.reduce<Backup | undefined>(
    (one, other) => (one === undefined || reach(other) >= reach(one) ? other : one),
    undefined,
  );
  if (!place || best === undefined) return { from: null, sentence: whyNot(place, catalogue.store) };
  const lossSeconds = Math.max(0, (nowMs - safeUntil(place, best, heard)) / 1000);
  const seconds = restoreSeconds(place, best, catalogue.store);
  const proven = newestProof(usable, policy, nowMs, catalogue.store);
  return { from: best.label, seconds, lossSeconds, proven, sentence: words({ seconds, lossSeconds, proven }, nowMs) };
}

function isFailed(backup: Backup, policy: BackupPolicy, nowMs: number, store: string): boolean {
  const standing = standingOf(backup, policy, nowMs, store);
  return standing !== null && 'failed' in standing;
}

function reach({ anySecondUntil, endedAt }: Backup): string {
  return anySecondUntil ?? endedAt;
}

/** Until when nothing is lost: a server that has written nothing since loses nothing, however old its WAL is. */
export function safeUntil({ wal, place }: PlaceCatalogue, backup: Backup, heard: ServerHeard | null): number {
  const untilMs = Date.parse(reach(backup));
  const run = wal?.runs.find(({ toAt }) => toAt === backup.anySecondUntil);
  if (!heard || !run || place.engine !== 'postgres' || heard.history !== place.systemId) return untilMs;
  const all = heard.timeline === run.endTimeline && lsnNumber(heard.position) <= run.endLsn;
  return all ? Math.max(untilMs, Date.parse(heard.at)) : untilMs;
}

/** As long as the last restore of this store took, longer where there is more to restore now. */
function restoreSeconds({ backups }: PlaceCatalogue, backup: Backup, store: string): number | null {
  const measured = backups
    .flatMap((one) => one.proofs.map((proof) => ({ one, proof })))
    .filter(({ proof }) => proof.store === store && proof.outcome === 'passed')
    .toSorted((one, other) => (one.proof.at < other.proof.at ? 1 : -1))
    .flatMap(({ one, proof }) => {
      const took = proof.measured?.usableSeconds ?? proof.measured?.restoreSeconds;
      return took === undefined ? [] : [{ took, bytes: chainBytes(backups, one) }];
    })[0];
  if (!measured) return null;
  const growth = measured.bytes > 0 ? chainBytes(backups, backup) / measured.bytes : 1;
  return measured.took * Math.max(1, growth);
}

function chainBytes(backups: readonly Backup[], { chain }: Backup): number {
  return backups
    .filter(({ label }) => chain?.includes(label) === true)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

type Proven = { level: string; at: string; old: boolean } | null;

function newestProof(backups: readonly Backup[], policy: BackupPolicy, nowMs: number, store: string): Proven {
  const standings = backups.map((backup) => standingOf(backup, policy, nowMs, store)).filter(isProven);
  return standings.toSorted((one, other) => (one.at < other.at ? 1 : -1))[0] ?? null;
}

function words(
  { seconds, lossSeconds, proven }: { seconds: number | null; lossSeconds: number; proven: Proven },
  nowMs: number,
): string {
  const time = seconds === null ? 'how long it takes was never measured' : `about ${durationText(seconds)}`;
  const lost = `at most ${durationText(lossSeconds)} lost`;
  if (proven === null) return `Probably, but nobody has tried: ${time}, ${lost}.`;
  const ago = `${durationText((nowMs - Date.parse(proven.at)) / 1000)} ago (${proven.level})`;
  return `Yes: ${time}, ${lost}, proven ${ago}${proven.old ? ', which is longer ago than the policy allows' : ''}.`;
}

function whyNot(place: PlaceCatalogue | undefined, store: string): string {
  if (!place) return `No: the ${store} store has no backup.`;
  return `No: none of the ${place.backups.length} backups in the ${store} store is whole and passed its last proof.`;
}
