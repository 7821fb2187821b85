import { bytesText } from '../../core/amount.ts';
import type { Finding } from '../../core/finding.ts';
import type { StoreCatalogue } from '../catalogue/catalogue.ts';
import { UNFINISHED_DAYS } from '../retention/plan.ts';

/** Nothing takes so long: what was begun before that was cut off. */
const CUT_OFF_SECONDS = 86_400;

/** Pure: what was begun and never finished, in all stores: room that nobody uses, and perhaps a backup that somebody counts on. */
export function orphans(target: string, stores: readonly StoreCatalogue[], nowMs: number): Finding[] {
  const left = stores.flatMap(({ store, places }) =>
    places
      .flatMap(({ unfinished }) => unfinished)
      .filter(({ lastAt }) => (nowMs - Date.parse(lastAt)) / 1000 > CUT_OFF_SECONDS)
      .map(({ label, sizeBytes }) => ({ store, label, sizeBytes })),
  );
  const [first] = left;
  if (first === undefined) return [];
  const bytes = left.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const one = left.length === 1;
  return [
    {
      key: 'backups:orphans',
      severity: 'info',
      sentence: `${left.length} ${one ? 'backup' : 'backups'} of ${target} ${one ? 'was' : 'were'} begun and never finished (${bytesText(bytes)}); ${one ? 'it counts' : 'they count'} for nothing.`,
      measure: { value: left.length, unit: 'backups', limit: 0, step: 1 },
      evidence: left.slice(-5),
      next: `Nothing, where one was stopped: what is older than ${UNFINISHED_DAYS} days goes by itself. Else look at the run that began it: runs ${target}.`,
    },
  ];
}
