import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { startLocalTable, type LocalTable } from '../../src/local/table.ts';
import { openDynamodbTable, type TableOptions } from '../../src/state/dynamodb-table.ts';
import { openState, type State } from '../../src/state/index.ts';
import { openSqliteTable, type SqliteTable } from '../../src/state/sqlite-table.ts';
import type { StateTable } from '../../src/state/table.ts';
import { startEmulatedTable } from '../cloud/emulated-table.ts';

export const start = Date.parse('2026-11-24T03:00:00.000Z');

/** A clock that only moves when it is told to. */
export type HandClock = { now(): number; pass(seconds: number): void };

export function handClock(): HandClock {
  let ms = start;
  return { now: () => ms, pass: (seconds) => (ms += seconds * 1000) };
}

/**
 * One table for a test file; `npm run test:cloud` runs the same facts on a second implementation of DynamoDB. Tests keep apart
 * by using names of their own.
 */
export type TestTable = {
  state(now?: () => number): State;
  table(now?: () => number): StateTable;
};

/** The same facts on each table that the state can be kept in. */
export function onEveryTable(facts: (table: TestTable) => void): void {
  describe('on DynamoDB', () => facts(useDynamodbTable()));
  describe('on SQLite', () => facts(useSqliteTable()));
}

/** In memory. */
export function useDynamodbTable(): TestTable & { options(): TableOptions } {
  let local: LocalTable | undefined;
  beforeAll(async () => {
    local = await (inject('emulatorPython') === undefined ? startLocalTable() : startEmulatedTable());
    Object.assign(process.env, local.environment);
  });
  afterAll(() => local?.stop());
  const options = (): TableOptions => {
    if (local === undefined) throw new Error('the local table is not up yet');
    // It lives in this process, and hundreds ask it at once.
    return { tableName: 'nightshift-local', endpoint: local.endpoint, region: 'us-east-1', silenceMs: 60_000 };
  };
  const at = (now: (() => number) | undefined): TableOptions => (now === undefined ? options() : { ...options(), now });
  return { options, state: (now) => openState(at(now)), table: (now) => openDynamodbTable(at(now)) };
}

/** One file has one owner, so its clock is the one of whoever asked for the table last. */
function useSqliteTable(): TestTable {
  let clock: () => number = Date.now;
  let opened: SqliteTable | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-state-'));
  beforeAll(() => void (opened = openSqliteTable({ path: join(folder, 'state.sqlite'), now: () => clock() })));
  afterAll(() => {
    opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const table = (now: () => number = Date.now): StateTable => {
    if (opened === undefined) throw new Error('the table is not open yet');
    clock = now;
    return opened;
  };
  return { table, state: (now) => openState(table(now)) };
}
