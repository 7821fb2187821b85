import { durationText } from '../../core/amount.ts';
import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { BackupRow, RetentionSeen, StoreSeen } from '../../core/backups-seen.ts';
import type { Finding } from '../../core/finding.ts';
import type { Backup, StoreCatalogue } from '../catalogue/catalogue.ts';
import { standingOf } from '../catalogue/standing.ts';
import { retentionPlan } from '../retention/plan.ts';
import { orphans } from './orphans.ts';
import { notesOf, overdue, storeUnseen } from './overdue.ts';
import { secondaryFindings } from './secondary.ts';
import { currentPlace, restoreNow, type ServerHeard } from './restore-now.ts';

/** A store that was looked at, or why it could not be. */
export type Looked = { catalogue: StoreCatalogue } | { store: string; unseen: string };

export type About = {
  target: string;
  engine: 'postgres' | 'redis';
  policy: BackupPolicy;
  nowMs: number;
  heard: ServerHeard | null;
};

const MOST_ROWS = 60;

/** Pure: what is worth knowing of the stores of a target, small enough for a checkpoint. The primary store comes first. */
export function seenOf(about: About, looked: readonly Looked[]): { stores: StoreSeen[]; findings: Finding[] } {
  const [primary, secondary] = looked;
  const unseen = looked.flatMap((one) => ('unseen' in one ? [storeUnseen(about.target, one.store, one.unseen)] : []));
  const isWanted = about.policy.mode === 'on';
  const own = isWanted && primary && 'catalogue' in primary ? overdue({ ...about, catalogue: primary.catalogue }) : [];
  const both =
    primary && secondary && 'catalogue' in primary && 'catalogue' in secondary
      ? secondaryFindings({ ...about, primary: primary.catalogue, secondary: secondary.catalogue })
      : [];
  const catalogues = looked.flatMap((one) => ('catalogue' in one ? [one.catalogue] : []));
  return {
    stores: looked.map((one) => ('unseen' in one ? one : storeSeen(about, one.catalogue))),
    findings: [...unseen, ...own, ...both, ...orphans(about.target, catalogues, about.nowMs)],
  };
}

/** Pure: one store of a target. */
export function storeSeen({ policy, nowMs, heard }: About, catalogue: StoreCatalogue): StoreSeen {
  const backups = currentPlace(catalogue)?.backups ?? [];
  return {
    store: catalogue.store,
    rows: backups
      .slice(-MOST_ROWS)
      .map((backup) => rowOf(backup, policy, nowMs, catalogue.store))
      .toReversed(),
    count: backups.length,
    sizeBytes: backups.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    restore: restoreNow(catalogue, policy, nowMs, heard),
    retention: retentionSeen(catalogue, policy, nowMs),
    notes: notesOf(catalogue),
  };
}

function rowOf(backup: Backup, policy: BackupPolicy, nowMs: number, store: string): BackupRow {
  const { label, kind, startedAt, endedAt, seconds, sizeBytes, anySecondUntil, problems } = backup;
  const proof = proofWords(backup, policy, nowMs, store);
  return {
    label,
    kind,
    startedAt,
    endedAt,
    seconds,
    sizeBytes,
    anySecondUntil,
    proof,
    pinned: pinWords(backup),
    problems: problems.slice(0, 3),
  };
}

function pinWords({ pinned, pin }: Backup): string | null {
  if (!pinned) return null;
  if (pin === undefined) return 'pinned';
  return `pinned${pin.until === null ? '' : ` until ${pin.until.slice(0, 10)}`} by ${pin.by}: ${pin.reason}`;
}

function proofWords(backup: Backup, policy: BackupPolicy, nowMs: number, store: string): string {
  const standing = standingOf(backup, policy, nowMs, store);
  if (standing === null) return 'none';
  const ago = `${durationText((nowMs - Date.parse(standing.at)) / 1000)} ago`;
  if ('failed' in standing) return `${standing.failed} failed ${ago}`;
  return `${standing.level}, ${ago}${standing.old ? ' (old)' : ''}`;
}

function retentionSeen(catalogue: StoreCatalogue, policy: BackupPolicy, nowMs: number): RetentionSeen | null {
  const plan = retentionPlan(catalogue, policy, nowMs);
  if (!plan) return null;
  return {
    remove: plan.remove.slice(0, MOST_ROWS).map(({ label, why }) => ({ label, why })),
    walObjects: plan.wal.keys.length,
    freedBytes: plan.freedBytes,
    heldBack: plan.heldBack,
  };
}
