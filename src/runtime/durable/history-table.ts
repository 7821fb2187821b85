import type { DatabaseSync } from 'node:sqlite';
import type { HistoryEvent } from './model.ts';
import { integer, text } from './row.ts';

// https://www.sqlite.org/lang_insert.html, windowfunctions.html
const ADD = `INSERT INTO history (arn, at_ms, type, operation, details) VALUES (?, ?, ?, ?, ?)`;
const LIST = `SELECT *, row_number() OVER (ORDER BY number) AS place FROM history WHERE arn = ? ORDER BY number`;

export type HistoryTable = ReturnType<typeof historyTable>;

/** What happened to an execution, in order; kept as long as the execution. */
export function historyTable(database: DatabaseSync) {
  const add = database.prepare(ADD);
  const list = database.prepare(LIST);
  return {
    add(arn: string, event: Omit<HistoryEvent, 'number'>): void {
      add.run(arn, event.atMs, event.type, JSON.stringify(event.operation), JSON.stringify(event.details));
    },
    list: (arn: string): HistoryEvent[] =>
      list.all(arn).map((row) => ({
        number: integer(row, 'place'),
        atMs: integer(row, 'at_ms'),
        type: text(row, 'type'),
        operation: JSON.parse(text(row, 'operation')),
        details: JSON.parse(text(row, 'details')),
      })),
  };
}
