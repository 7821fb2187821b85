import type { Json } from '../core/json.ts';
import { canonical } from '../core/plan.ts';
import type { AuditArchive } from '../state/audit-archive.ts';
import type { State } from '../state/index.ts';

export type ArchiveTools = {
  audit: Pick<State['audit'], 'day'>;
  claims: Pick<State['claims'], 'begin' | 'finish'>;
  /** Absent where no archive is set up: then the record is in the table alone. */
  archive?: AuditArchive;
  now(): number;
  log(level: 'info' | 'error', message: string, detail: Json): void;
};

const DAY_MS = 86_400_000;
/** What was written down in the last minutes of a day may come again after it. */
const SETTLED_AFTER_MS = 3_600_000;
/** Days that were missed, by a bucket that was away or a bot that stood still, are made up for. */
const DAYS_BACK = 7;
/** Longer than a day is made up for. */
const KEEP_SECONDS = 30 * 86_400;

/**
 * Copies the record of the days that are over to the archive, the oldest first, one at a call; asked every minute, it mostly knows
 * that nothing is due. A day without an entry is archived too: nobody can say later that it was left out.
 */
export function createArchiving({ audit, claims, archive, now, log }: ArchiveTools): () => Promise<string | undefined> {
  const done = new Set<string>();
  return async () => {
    if (!archive) return undefined;
    for (const date of daysDue(now())) {
      if (done.has(date)) continue;
      // oxlint-disable-next-line no-await-in-loop -- the oldest that is not there, and no other
      const begun = await claims.begin(`archive:${date}`, KEEP_SECONDS);
      if (begun === 'busy') return undefined;
      if (begun === 'mine') {
        // oxlint-disable-next-line no-await-in-loop -- the same
        await archiveDay({ audit, archive, log }, date);
        // oxlint-disable-next-line no-await-in-loop -- the same
        await claims.finish(`archive:${date}`);
      }
      done.add(date);
      if (begun === 'mine') return date;
    }
    return undefined;
  };
}

async function archiveDay(
  { audit, archive, log }: Required<Pick<ArchiveTools, 'audit' | 'archive' | 'log'>>,
  date: string,
): Promise<void> {
  const entries = await audit.day(date);
  const lines = entries.map((entry) => `${canonical(entry)}\n`).join('');
  const isNew = await archive.putDay(date, Buffer.from(lines));
  log('info', isNew ? 'a day of the record was archived' : 'a day of the record was archived before', {
    date,
    entries: entries.length,
  });
}

/** Pure: the days that are over for long enough, in UTC, the oldest first. */
export function daysDue(nowMs: number): string[] {
  const last = Math.floor((nowMs - SETTLED_AFTER_MS) / DAY_MS) - 1;
  return Array.from({ length: DAYS_BACK }, (_, n) =>
    new Date((last - DAYS_BACK + 1 + n) * DAY_MS).toISOString().slice(0, 10),
  );
}
