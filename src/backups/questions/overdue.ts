import { bytesText, durationText } from '../../core/amount.ts';
import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { Finding, NextAction } from '../../core/finding.ts';
import type { Backup, PlaceCatalogue, StoreCatalogue } from '../catalogue/catalogue.ts';
import { isProven, standingOf } from '../catalogue/standing.ts';
import { periodSeconds } from '../policy/times.ts';
import { currentPlace, restoreNow, type ServerHeard } from './restore-now.ts';

/** What is judged: what a policy wants of a target, and what its primary store has. */
export type Judged = {
  target: string;
  engine: 'postgres' | 'redis';
  policy: BackupPolicy;
  catalogue: StoreCatalogue;
  nowMs: number;
  heard: ServerHeard | null;
};

/** A quarter of a period late is late; a whole one is a backup that is missing. */
const LATE = 1.25;
const MISSING = 2;
const WAL_LATE = 3;
const WAL_MISSING = 12;
/** Of the median of the last ones. */
const SHRUNK = 0.5;
const MEDIAN_OF = 5;

/** Pure: silence is the alarm. What should have come and did not, whoever should have told of it. */
export function overdue(judged: Judged): Finding[] {
  return [...absent(judged), ...shrunk(judged), ...walStopped(judged), ...unproven(judged), ...damaged(judged)];
}

function absent({ target, engine, policy, catalogue, nowMs }: Judged): Finding[] {
  const kind = engine === 'postgres' ? 'full' : 'snapshot';
  const name = engine === 'postgres' ? 'full backup' : 'snapshot';
  const limit = periodSeconds({ weekly: engine === 'postgres' ? policy.full : policy.snapshot }) * LATE;
  const newest = currentPlace(catalogue)?.backups.findLast((backup) => backup.kind === kind && backup.chain !== null);
  const actions = [backupNow(target)];
  if (newest === undefined) {
    return [
      {
        key: `backups:${kind}`,
        severity: 'critical',
        sentence: `There is no ${name} of ${target} in the ${catalogue.store} store: what is lost there is lost for good.`,
        evidence: { places: catalogue.places.length },
        next: `Take one now: backup ${target}.`,
        actions,
      },
    ];
  }
  const value = ageSeconds(newest.endedAt, nowMs);
  if (value <= limit) return [];
  return [
    {
      key: `backups:${kind}`,
      severity: value > (limit / LATE) * MISSING ? 'critical' : 'warning',
      sentence: `The last ${name} of ${target} is ${durationText(value)} old; one was due after ${durationText(limit / LATE)}.`,
      measure: { value, unit: 's', limit, step: 86_400 },
      evidence: { label: newest.label, endedAt: newest.endedAt },
      next: `Take one now: backup ${target}; then see with runs ${target} why the schedule brought none.`,
      actions,
    },
  ];
}

/** A backup that is suddenly half as large may be of an empty database, or cut short. */
function shrunk({ target, engine, catalogue }: Judged): Finding[] {
  const kind = engine === 'postgres' ? 'full' : 'snapshot';
  const same = (currentPlace(catalogue)?.backups ?? []).filter(
    (backup) => backup.kind === kind && backup.chain !== null,
  );
  const newest = same.at(-1);
  const before = same.slice(0, -1).slice(-MEDIAN_OF).map(plainBytes);
  if (newest === undefined || before.length < 2) return [];
  const limit = median(before) * SHRUNK;
  const value = plainBytes(newest);
  if (value >= limit) return [];
  return [
    {
      key: 'backups:size',
      severity: 'warning',
      sentence: `The last backup of ${target} holds ${bytesText(value)}, less than half of the ${bytesText(median(before))} that the ${before.length} before it held.`,
      measure: { value, unit: 'bytes', limit, step: limit },
      evidence: { label: newest.label, before },
      next: `Find out whether that much was deleted, and pin the one before it meanwhile: backups ${target}.`,
    },
  ];
}

/** A server that has written nothing since has nothing to send. */
function walStopped(judged: Judged): Finding[] {
  const { target, engine, policy, catalogue, nowMs, heard } = judged;
  if (engine !== 'postgres' || policy.walMinutes === null) return [];
  const now = restoreNow(catalogue, policy, nowMs, heard);
  const limit = policy.walMinutes * 60 * WAL_LATE;
  if (now.from === null || now.lossSeconds <= limit) return [];
  const gaps = currentPlace(catalogue)?.wal?.gaps ?? [];
  return [
    {
      key: 'backups:wal',
      severity: now.lossSeconds > policy.walMinutes * 60 * WAL_MISSING ? 'critical' : 'warning',
      sentence: `${target} could lose ${durationText(now.lossSeconds)} of writes: no WAL that can be applied came since, and it is due every ${policy.walMinutes} min.`,
      measure: { value: now.lossSeconds, unit: 's', limit, step: limit },
      evidence: { from: now.from, gaps: gaps.slice(-3) },
      next: `See with runs ${target} why no WAL was fetched; the slot keeps it on the server meanwhile, so look at the disk there, too.`,
    },
  ];
}

/** A backup that was never restored is a hope. */
function unproven({ target, policy, catalogue, nowMs }: Judged): Finding[] {
  const backups = currentPlace(catalogue)?.backups ?? [];
  if (policy.drill === null || backups.length === 0) return [];
  const standings = backups.map((backup) => standingOf(backup, policy, nowMs, catalogue.store)).filter(isProven);
  const newest = standings.toSorted((one, other) => (one.at < other.at ? 1 : -1))[0];
  const limit = policy.proofDays * 86_400;
  const oldest = ageSeconds(backups[0]?.endedAt ?? '', nowMs);
  const value = newest === undefined ? oldest : ageSeconds(newest.at, nowMs);
  // A first backup has the days of the policy to be proved.
  if (value <= limit) return [];
  const said =
    newest === undefined
      ? `None of the ${backups.length} backups of ${target} was ever restored and verified`
      : `The last restore of ${target} that was verified is ${durationText(value)} ago`;
  return [
    {
      key: 'backups:proof',
      severity: 'warning',
      sentence: `${said}; the policy wants one every ${policy.proofDays} d.`,
      measure: { value, unit: 's', limit, step: 86_400 },
      evidence: { store: catalogue.store },
      next: `Restore one and look at it: drill ${target}.`,
    },
  ];
}

/** What is there and cannot be used. */
function damaged({ target, policy, catalogue, nowMs }: Judged): Finding[] {
  const backups = currentPlace(catalogue)?.backups ?? [];
  const newest = backups.at(-1);
  const bad = backups.flatMap((backup) => {
    const standing = standingOf(backup, policy, nowMs, catalogue.store);
    if (standing !== null && 'failed' in standing)
      return [{ backup, why: standing.problems[0] ?? `${standing.failed} failed.` }];
    return backup.problems.length > 0 ? [{ backup, why: backup.problems[0] ?? '' }] : [];
  });
  const [last] = bad.slice(-1);
  if (!last) return [];
  return [
    {
      key: 'backups:damaged',
      severity: last.backup === newest ? 'critical' : 'warning',
      sentence: `${bad.length} of ${backups.length} backups of ${target} cannot be relied on, the last of them ${last.backup.label}: ${withStop(last.why)}`,
      evidence: bad.slice(-5).map(({ backup, why }) => ({ label: backup.label, why })),
      next: `Take a full backup now and have it read back: backup ${target} full.`,
      actions: [backupNow(target)],
    },
  ];
}

/** Pure: a store that does not answer: whatever it has is not known. */
export function storeUnseen(target: string, store: string, why: string): Finding {
  return {
    key: `backups:store:${store}`,
    severity: store === 'primary' ? 'critical' : 'warning',
    sentence: `The ${store} store could not be looked at, so nobody knows what backups of ${target} are in it: ${withStop(why)}`,
    evidence: null,
    next: 'Mend the way to it first: as long as it is shut no backup can be made either.',
  };
}

function backupNow(target: string): NextAction {
  return { label: 'Back up now', operation: 'backup', target, args: [], disruptive: false };
}

function ageSeconds(at: string, nowMs: number): number {
  return (nowMs - Date.parse(at)) / 1000;
}

function plainBytes({ record }: Backup): number {
  return record.files.reduce((sum, file) => sum + file.plainBytes, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function withStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

/** For whoever shows a place: what was begun and never ended, what cannot be read, what is not ours. */
export function notesOf(catalogue: StoreCatalogue): string[] {
  const place: PlaceCatalogue | undefined = currentPlace(catalogue);
  const others = catalogue.places.filter(({ key, backups }) => key !== place?.key && backups.length > 0);
  return [
    ...catalogue.leftOut,
    ...others.map(
      ({ key, backups }) =>
        `${backups.length} backups of another database system lie under ${key}; nothing deletes them by itself`,
    ),
    ...(place?.unfinished ?? []).map(
      ({ label, sizeBytes }) =>
        `${label} has no record: it is under way, or was never finished (${bytesText(sizeBytes)})`,
    ),
    ...(place?.unreadable ?? []).slice(0, 5).map(({ key, why }) => `${key} counts as nothing: ${why}`),
    ...(place?.wal?.gaps ?? [])
      .slice(-3)
      .map(
        ({ firstMissing, missing, fromAt, toAt }) =>
          `WAL from ${firstMissing} on (${missing} ${missing === 1 ? 'segment' : 'segments'}) is missing: no second between ${fromAt.slice(0, 16)} and ${toAt.slice(0, 16)} UTC can be restored, until a backup after it`,
      ),
    ...(catalogue.foreign.length > 0
      ? [`${catalogue.foreign.length} objects there are none of ours; nothing touches them`]
      : []),
  ];
}
