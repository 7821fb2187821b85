import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { Backup } from '../catalogue/catalogue.ts';

const DAY_MS = 86_400_000;

/** The beginning of the days of which any second is promised. */
export function windowMs({ anySecondDays }: BackupPolicy, nowMs: number): number {
  return nowMs - anySecondDays * DAY_MS;
}

/** The backup from before the window with which most of its beginning can be reached; the youngest of several. */
export function windowBase(backups: readonly Backup[], fromMs: number): Backup | undefined {
  const before = backups.filter(({ chain, endedAt }) => chain !== null && Date.parse(endedAt) <= fromMs);
  const reach = ({ anySecondUntil, endedAt }: Backup): string => anySecondUntil ?? endedAt;
  return before.reduce<Backup | undefined>(
    (best, backup) => (best === undefined || reach(backup) >= reach(best) ? backup : best),
    undefined,
  );
}
