import { durationText } from '../../core/amount.ts';
import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { Finding } from '../../core/finding.ts';
import type { StoreCatalogue } from '../catalogue/catalogue.ts';
import { standingOf } from '../catalogue/standing.ts';
import { currentPlace } from './restore-now.ts';

export type Both = {
  target: string;
  policy: BackupPolicy;
  primary: StoreCatalogue;
  secondary: StoreCatalogue;
  nowMs: number;
};

const KEY = 'backups:secondary';
/** What ended just now may still be on its way, and was read by nobody yet. */
const ON_ITS_WAY_SECONDS = 6 * 3600;

/** Pure: what is wrong with the second copy: it is not there, or nobody has read it back for longer than proofs count. */
export function secondaryFindings(both: Both): Finding[] {
  const lacking = notThere(both);
  if (lacking.length > 0) return lacking;
  const failed = failedThere(both);
  return failed.length > 0 ? failed : notRead(both);
}

function failedThere({ target, policy, secondary, nowMs }: Both): Finding[] {
  const { store } = secondary;
  const failed = (currentPlace(secondary)?.backups ?? []).flatMap((backup) => {
    const standing = standingOf(backup, policy, nowMs, store);
    return standing !== null && 'failed' in standing ? [{ label: backup.label, why: standing.problems[0] ?? '' }] : [];
  });
  const [last] = failed.slice(-1);
  if (!last) return [];
  return [
    {
      key: KEY,
      severity: 'warning',
      sentence: `${failed.length} of the copies of ${target} in the ${store} store cannot be relied on, the last of them ${last.label}${last.why === '' ? '.' : `: ${last.why}`}`,
      evidence: failed.slice(-5),
      next: `Look at that store: the primary copy may be right. A new backup brings a new copy: backup ${target} full.`,
    },
  ];
}

function notThere({ target, primary, secondary, nowMs }: Both): Finding[] {
  const there = new Set(labelsOf(secondary));
  const missing = labelsOf(primary).filter((label) => !there.has(label));
  const [newest] = (currentPlace(secondary)?.backups ?? []).slice(-1);
  const late = missing.filter((label) => {
    const backup = currentPlace(primary)?.backups.find((one) => one.label === label);
    return backup !== undefined && ageSeconds(backup.endedAt, nowMs) > ON_ITS_WAY_SECONDS;
  });
  if (late.length === 0) return [];
  return [
    {
      key: KEY,
      severity: newest === undefined ? 'critical' : 'warning',
      sentence: `The ${secondary.store} store lacks ${late.length} of the ${labelsOf(primary).length} backups of ${target}${newest === undefined ? ' and has none at all' : ''}.`,
      measure: { value: late.length, unit: 'backups', limit: 0, step: 1 },
      evidence: late.slice(-5),
      next: `Find out why that store takes nothing; until then only the ${primary.store} store stands between ${target} and a loss.`,
    },
  ];
}

/** A proof of the primary copy says nothing of the second one. */
function notRead({ target, policy, secondary, nowMs }: Both): Finding[] {
  const { store } = secondary;
  const backups = currentPlace(secondary)?.backups ?? [];
  const own = backups.flatMap(({ proofs }) => proofs).filter((proof) => proof.store === store);
  const newest = own
    .filter(({ outcome }) => outcome === 'passed')
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  const limit = policy.proofDays * 86_400;
  const value = ageSeconds(newest ?? backups[0]?.endedAt ?? new Date(nowMs).toISOString(), nowMs);
  if (value <= limit) return [];
  const said =
    newest === undefined
      ? `None of the ${backups.length} backups of ${target} in the ${store} store was ever read back`
      : `What the ${store} store has of ${target} was last read back ${durationText(value)} ago`;
  return [
    {
      key: KEY,
      severity: 'warning',
      sentence: `${said}; the policy wants a proof every ${policy.proofDays} d.`,
      measure: { value, unit: 's', limit, step: 86_400 },
      evidence: { store },
      next: `Have it read back: verify ${target} ${store}.`,
      actions: [{ label: 'Read it back', operation: 'verify', target, args: [store], disruptive: false }],
    },
  ];
}

function ageSeconds(at: string, nowMs: number): number {
  return (nowMs - Date.parse(at)) / 1000;
}

function labelsOf(catalogue: StoreCatalogue): string[] {
  return (currentPlace(catalogue)?.backups ?? []).filter(({ chain }) => chain !== null).map(({ label }) => label);
}
