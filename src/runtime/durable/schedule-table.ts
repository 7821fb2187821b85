import type { DatabaseSync } from 'node:sqlite';
import type { ScheduleMemory } from '../scheduler.ts';
import { integer } from './row.ts';

// https://www.sqlite.org/lang_upsert.html
const REMEMBER = `INSERT INTO schedule (name, last_ms) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last_ms = excluded.last_ms`;
const LAST = `SELECT last_ms FROM schedule WHERE name = ?`;

/** The scheduler's memory, in the data file. */
export function scheduleTable(database: DatabaseSync): ScheduleMemory {
  const remember = database.prepare(REMEMBER);
  const last = database.prepare(LAST);
  return {
    last(name) {
      const row = last.get(name);
      return row === undefined ? undefined : integer(row, 'last_ms');
    },
    remember: (name, lastMs) => void remember.run(name, lastMs),
  };
}
