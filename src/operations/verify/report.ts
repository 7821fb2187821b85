import { bytesText } from '../../core/amount.ts';
import type { BackupRecord } from '../../core/backup.ts';
import { emptyReport, type Report } from '../../core/report.ts';
import type { ReadBack } from '../backup/read-back.ts';

export type About = { target: string; store: string; at: string };

/** Pure: whether every byte in this store is what was written. */
export function verifyReport(
  { target, store, at }: About,
  records: readonly BackupRecord[],
  copies: readonly ReadBack[],
): Report {
  const label = records.at(-1)?.label ?? '';
  const problems = copies.flatMap((copy) => copy.problems);
  const bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
  const builtOn = records.length > 1 ? ` and the ${records.length - 1} that it builds on` : '';
  const headline =
    problems.length === 0
      ? `${label}${builtOn} in the ${store} store: every one of ${bytesText(bytes)} read back as it was written`
      : `${label}${builtOn} in the ${store} store cannot be relied on: ${problems[0]}`;
  return {
    ...emptyReport({
      operation: 'verify',
      subject: target,
      status: problems.length === 0 ? 'healthy' : 'critical',
      headline,
      at,
    }),
    findings: problems.slice(0, 5).map((sentence, n) => ({
      key: `backups:damaged:${label}:${n}`,
      severity: 'critical' as const,
      sentence,
      evidence: { store },
      next: `Bring back what is missing, or take a full backup: backup ${target} full.`,
      change: 'NEW' as const,
      since: at,
    })),
    next: [{ label: 'Show backups', operation: 'backups', target, args: [], disruptive: false }],
  };
}
