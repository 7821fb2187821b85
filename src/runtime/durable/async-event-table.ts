import type { DatabaseSync } from 'node:sqlite';
import { integer, optionalInteger, text, type Row } from './row.ts';

// https://www.sqlite.org/lang_upsert.html
const PUT = `INSERT INTO async_event (id, function, payload, attempt, due_ms) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET attempt = excluded.attempt, due_ms = excluded.due_ms`;
const BURY = `UPDATE async_event SET failure = ? WHERE id = ?`;
const REMOVE = `DELETE FROM async_event WHERE id = ?`;
const DUE = `SELECT * FROM async_event WHERE failure IS NULL AND due_ms <= ? ORDER BY due_ms`;
const COUNT = `SELECT count(*) AS count FROM async_event WHERE failure IS NULL`;
const NEXT_DUE = `SELECT min(due_ms) AS at FROM async_event WHERE failure IS NULL AND id NOT IN (SELECT value FROM json_each(?))`;
const BURIED = `SELECT * FROM async_event WHERE failure IS NOT NULL ORDER BY due_ms`;

/** An accepted asynchronous invocation of a plain function; `attempt` counts from 0. */
export type AsyncEvent = { id: string; functionName: string; payload: string; attempt: number; dueMs: number };
export type AsyncEventTable = ReturnType<typeof asyncEventTable>;

/** Lambda's internal queue: events stay until a handler took them or every attempt failed. */
export function asyncEventTable(database: DatabaseSync) {
  const put = database.prepare(PUT);
  const bury = database.prepare(BURY);
  const remove = database.prepare(REMOVE);
  const due = database.prepare(DUE);
  const count = database.prepare(COUNT);
  const nextDue = database.prepare(NEXT_DUE);
  const buried = database.prepare(BURIED);
  const eventOf = (row: Row): AsyncEvent => ({
    id: text(row, 'id'),
    functionName: text(row, 'function'),
    payload: text(row, 'payload'),
    attempt: integer(row, 'attempt'),
    dueMs: integer(row, 'due_ms'),
  });
  return {
    put: ({ id, functionName, payload, attempt, dueMs }: AsyncEvent) =>
      put.run(id, functionName, payload, attempt, dueMs),
    /** Keeps an event that no attempt could deliver, with the reason. */
    bury: (id: string, failure: string) => bury.run(failure, id),
    remove: (id: string) => remove.run(id),
    due: (nowMs: number) => due.all(nowMs).map(eventOf),
    count: () => integer(count.get() ?? { count: 0 }, 'count'),
    /** The next event that is not among `busy`, which are being delivered now. */
    nextDueMs: (busy: readonly string[]) => optionalInteger(nextDue.get(JSON.stringify(busy)) ?? { at: null }, 'at'),
    buried: () => buried.all().map((row) => ({ ...eventOf(row), failure: text(row, 'failure') })),
  };
}
