import * as z from 'zod';
import type { Audit, AuditEntry } from '../core/safety.ts';
import { keys } from './keys.ts';
import type { StateTable } from './table.ts';

/** The record, and its two readers. `date` is `YYYY-MM-DD` in UTC. */
export type AuditLog = Audit & {
  day(date: string): Promise<AuditEntry[]>;
  byRun(runId: string): Promise<AuditEntry[]>;
};

const storedEntry = z.object({ entry: z.custom<AuditEntry>((value) => typeof value === 'object' && value !== null) });

/**
 * Append-only: entries are put where nothing is and never touched again; they do not expire.
 *
 * An entry is first put under its run and id, then under its day, as it was kept the first time. A crash between the two leaves
 * it out of the day's list until the same id is recorded again, which a repeated step does.
 */
export function createAudit(table: StateTable): AuditLog {
  return {
    record: (entry) => record(table, entry),
    day: async (date) => (await table.query(keys.auditOfDay(date))).map((item) => storedEntry.parse(item).entry),
    byRun: async (runId) =>
      (await table.query(keys.auditOfRun(runId)))
        .map((item) => storedEntry.parse(item).entry)
        .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  };
}

async function record(table: StateTable, entry: AuditEntry): Promise<void> {
  const key = keys.auditEntry(entry.runId, entry.id);
  const isNew = await table.putNew(key, { entry });
  const kept = isNew ? entry : storedEntry.parse(await table.get(key)).entry;
  await table.putNew(keys.auditByDay(kept.at, kept.id), { entry: kept });
}
