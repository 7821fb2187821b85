import type { DatabaseSync } from 'node:sqlite';
import type { Operation, ServiceSide, StoredOperation } from './model.ts';
import { optionalInteger, optionalText, text, type Row } from './row.ts';

// https://www.sqlite.org/lang_upsert.html, lang_returning.html
const PUT = `INSERT INTO operation (arn, id, json, changed, due_ms, callback_id, heartbeat_seconds, hard_due_ms, request)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (arn, id) DO UPDATE SET json = excluded.json, changed = excluded.changed,
  due_ms = excluded.due_ms, heartbeat_seconds = excluded.heartbeat_seconds, hard_due_ms = excluded.hard_due_ms`;
const FIND = `SELECT * FROM operation WHERE arn = ? AND id = ?`;
const FIND_CALLBACK = `SELECT * FROM operation WHERE callback_id = ?`;
const FIRST = `SELECT * FROM operation WHERE arn = ? ORDER BY sequence LIMIT 1`;
const LIST = `SELECT * FROM operation WHERE arn = ? ORDER BY sequence`;
const OPEN_CHAINED = `SELECT operation.* FROM operation JOIN execution USING (arn) WHERE execution.status = 'RUNNING'
  AND json ->> 'Type' = 'CHAINED_INVOKE' AND json ->> 'Status' = 'STARTED' ORDER BY sequence`;
const TAKE_CHANGED = `UPDATE operation SET changed = 0 WHERE arn = ? AND changed = 1 RETURNING *`;
const DUE = `SELECT operation.* FROM operation JOIN execution USING (arn) WHERE status = 'RUNNING' AND due_ms <= ? ORDER BY due_ms`;
const NEXT_DUE = `SELECT min(due_ms) AS at FROM operation JOIN execution USING (arn) WHERE status = 'RUNNING'`;

export type OperationTable = ReturnType<typeof operationTable>;

/** Reads and writes operations. `changed` marks those that the next checkpoint answer or invocation has to tell the SDK. */
export function operationTable(database: DatabaseSync) {
  const put = database.prepare(PUT);
  const find = database.prepare(FIND);
  const findCallback = database.prepare(FIND_CALLBACK);
  const first = database.prepare(FIRST);
  const list = database.prepare(LIST);
  const openChained = database.prepare(OPEN_CHAINED);
  const takeChanged = database.prepare(TAKE_CHANGED);
  const due = database.prepare(DUE);
  const nextDue = database.prepare(NEXT_DUE);
  return {
    put(arn: string, operation: Operation, side: ServiceSide = {}, mark: 'changed' | 'known' = 'changed'): void {
      const { dueMs, callbackId, heartbeatSeconds, hardDueMs, request } = side;
      const asked = request === undefined ? null : JSON.stringify(request);
      const columns = [dueMs ?? null, callbackId ?? null, heartbeatSeconds ?? null, hardDueMs ?? null, asked];
      put.run(arn, operation.Id, JSON.stringify(operation), mark === 'changed' ? 1 : 0, ...columns);
    },
    find: (arn: string, id: string) => optionalStored(find.get(arn, id)),
    findCallback: (callbackId: string) => optionalStored(findCallback.get(callbackId)),
    /** The operation of the execution itself. */
    first: (arn: string) => optionalStored(first.get(arn))?.operation,
    openChainedInvokes: () => openChained.all().map(storedOf),
    list: (arn: string) => list.all(arn).map((row) => storedOf(row).operation),
    takeChanged: (arn: string) => takeChanged.all(arn).map((row) => storedOf(row).operation),
    due: (nowMs: number) => due.all(nowMs).map(storedOf),
    nextDueMs: () => optionalInteger(nextDue.get() ?? { at: null }, 'at'),
  };
}

function optionalStored(row: Row | undefined): StoredOperation | undefined {
  return row === undefined ? undefined : storedOf(row);
}

function storedOf(row: Row): StoredOperation {
  const operation: Operation = JSON.parse(text(row, 'json'));
  const request = optionalText(row, 'request');
  const side: ServiceSide = {
    dueMs: optionalInteger(row, 'due_ms'),
    callbackId: optionalText(row, 'callback_id'),
    heartbeatSeconds: optionalInteger(row, 'heartbeat_seconds'),
    hardDueMs: optionalInteger(row, 'hard_due_ms'),
    request: request === undefined ? undefined : JSON.parse(request),
  };
  return { arn: text(row, 'arn'), operation, side };
}
