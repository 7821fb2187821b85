import type { DatabaseSync } from 'node:sqlite';
import type { Ending, Execution, ExecutionStatus, Phase } from './model.ts';
import { integer, optionalInteger, optionalText, text, type Row } from './row.ts';

// https://www.sqlite.org/lang_insert.html, lang_update.html, lang_select.html
const INSERT = `INSERT INTO execution (arn, function, name, status, input, input_hash, started_ms, deadline_ms, retention_days,
  phase, parent_arn, parent_operation) VALUES (?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?, 'due', ?, ?)`;
const FIND = `SELECT * FROM execution WHERE arn = ?`;
const FIND_BY_NAME = `SELECT * FROM execution WHERE function = ? AND name = ?`;
const LIST = `SELECT * FROM execution WHERE function = coalesce(?, function) ORDER BY started_ms, arn`;
const UNFINISHED = `SELECT arn FROM execution WHERE status = 'RUNNING' AND phase IN ('due', 'invoking') ORDER BY started_ms`;
const BEGIN = `UPDATE execution SET phase = 'invoking', again = 0, token = ? WHERE arn = ?`;
const SUSPEND = `UPDATE execution SET phase = iif(again = 1, 'due', 'waiting'), failures = 0, not_before_ms = 0, token = NULL
  WHERE arn = ? AND token IS NOT NULL AND status = 'RUNNING' RETURNING phase`;
const BACK_OFF = `UPDATE execution SET phase = 'due', failures = failures + 1, not_before_ms = ?, token = NULL
  WHERE arn = ? AND status = 'RUNNING'`;
const TOUCH = `UPDATE execution SET again = 1, phase = iif(phase = 'waiting', 'due', phase) WHERE arn = ?`;
const ROTATE = `UPDATE execution SET token = ? WHERE arn = ? AND token = ? AND status = 'RUNNING'`;
const FINISH = `UPDATE execution SET status = ?, ended_ms = ?, purge_ms = ? + retention_days * 86400000, result = ?, error = ?,
  token = NULL, phase = 'waiting' WHERE arn = ? AND status = 'RUNNING'`;
const EXPIRED = `SELECT arn FROM execution WHERE status = 'RUNNING' AND deadline_ms <= ?`;
const BACKED_OFF = `UPDATE execution SET not_before_ms = 0
  WHERE status = 'RUNNING' AND phase = 'due' AND not_before_ms BETWEEN 1 AND ? RETURNING arn`;
const PURGE = `DELETE FROM execution WHERE purge_ms <= ?`;
const NEXT_DUE = `SELECT min(at) AS at FROM (
  SELECT min(deadline_ms) AS at FROM execution WHERE status = 'RUNNING'
  UNION ALL SELECT min(not_before_ms) FROM execution WHERE status = 'RUNNING' AND phase = 'due' AND not_before_ms > 0
  UNION ALL SELECT min(purge_ms) FROM execution)`;

export type NewExecution = Pick<
  Execution,
  'arn' | 'functionName' | 'name' | 'input' | 'inputHash' | 'startedMs' | 'deadlineMs' | 'retentionDays' | 'parent'
>;
export type ExecutionTable = ReturnType<typeof executionTable>;

/** Reads and writes executions. */
export function executionTable(database: DatabaseSync) {
  const insert = database.prepare(INSERT);
  const list = database.prepare(LIST);
  const find = database.prepare(FIND);
  const findByName = database.prepare(FIND_BY_NAME);
  return {
    ...phases(database),
    insert(row: NewExecution): void {
      const { arn, functionName, name, input, inputHash, startedMs, deadlineMs, retentionDays, parent } = row;
      const parentColumns = [parent?.arn ?? null, parent?.operationId ?? null];
      insert.run(arn, functionName, name, input, inputHash, startedMs, deadlineMs, retentionDays, ...parentColumns);
    },
    find: (arn: string) => optionalExecution(find.get(arn)),
    findByName: (functionName: string, name: string) => optionalExecution(findByName.get(functionName, name)),
    list: (functionName?: string) => list.all(functionName ?? null).map(executionOf),
  };
}

/** What moves an execution on. */
function phases(database: DatabaseSync) {
  const arns = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: number[]) => statement.all(...values).map((row) => text(row, 'arn'));
  };
  const begin = database.prepare(BEGIN);
  const suspend = database.prepare(SUSPEND);
  const backOff = database.prepare(BACK_OFF);
  const touch = database.prepare(TOUCH);
  const rotate = database.prepare(ROTATE);
  const finish = database.prepare(FINISH);
  const purge = database.prepare(PURGE);
  const nextDue = database.prepare(NEXT_DUE);
  return {
    unfinished: arns(UNFINISHED),
    expired: arns(EXPIRED),
    /** Ends the back-offs that are over, and gives their executions. */
    endBackOffs: arns(BACKED_OFF),
    begin: (arn: string, token: string) => begin.run(token, arn),
    /** After PENDING: true when something changed meanwhile, so that another invocation is due. */
    suspend: (arn: string) => suspend.get(arn)?.['phase'] === 'due',
    backOff: (arn: string, notBeforeMs: number) => backOff.run(notBeforeMs, arn),
    touch: (arn: string) => touch.run(arn),
    /** False when the token is not the one of the running invocation. */
    rotate: (arn: string, before: string, after: string) => rotate.run(after, arn, before).changes === 1,
    /** False when it had ended already. */
    finish(arn: string, ending: Ending, nowMs: number): boolean {
      const result = ending.status === 'SUCCEEDED' ? (ending.result ?? null) : null;
      const error = ending.status === 'SUCCEEDED' ? null : JSON.stringify(ending.error);
      return finish.run(ending.status, nowMs, nowMs, result, error, arn).changes === 1;
    },
    purge: (nowMs: number) => purge.run(nowMs),
    nextDueMs: () => optionalInteger(nextDue.get() ?? { at: null }, 'at'),
  };
}

const everyPhase: readonly Phase[] = ['due', 'invoking', 'waiting'];
const statuses: readonly ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED'];

function optionalExecution(row: Row | undefined): Execution | undefined {
  return row === undefined ? undefined : executionOf(row);
}

function executionOf(row: Row): Execution {
  const parentArn = optionalText(row, 'parent_arn');
  const error = optionalText(row, 'error');
  return {
    arn: text(row, 'arn'),
    functionName: text(row, 'function'),
    name: text(row, 'name'),
    status: statuses.find((status) => status === row['status']) ?? 'FAILED',
    phase: everyPhase.find((phase) => phase === row['phase']) ?? 'due',
    input: text(row, 'input'),
    inputHash: text(row, 'input_hash'),
    startedMs: integer(row, 'started_ms'),
    deadlineMs: integer(row, 'deadline_ms'),
    retentionDays: integer(row, 'retention_days'),
    endedMs: optionalInteger(row, 'ended_ms'),
    result: optionalText(row, 'result'),
    error: error === undefined ? undefined : JSON.parse(error),
    token: optionalText(row, 'token'),
    failures: integer(row, 'failures'),
    notBeforeMs: integer(row, 'not_before_ms'),
    parent: parentArn === undefined ? undefined : { arn: parentArn, operationId: text(row, 'parent_operation') },
  };
}
