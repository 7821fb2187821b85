import { afterAll, beforeAll, inject } from 'vitest';
import { startLocalTable, type LocalTable } from '../../src/local/table.ts';
import { openState, type State } from '../../src/state/index.ts';
import { openTable, type StateTable, type TableOptions } from '../../src/state/table.ts';
import { startEmulatedTable } from '../cloud/emulated-table.ts';

export const start = Date.parse('2026-11-24T03:00:00.000Z');

/** A clock that only moves when it is told to. */
export type HandClock = { now(): number; pass(seconds: number): void };

export function handClock(): HandClock {
  let ms = start;
  return { now: () => ms, pass: (seconds) => (ms += seconds * 1000) };
}

/**
 * One table in memory for a test file; `npm run test:cloud` runs the same facts on a second implementation of DynamoDB.
 * Tests keep apart by using names of their own.
 */
export function useLocalTable(): {
  options(): TableOptions;
  state(now?: () => number): State;
  table(now?: () => number): StateTable;
} {
  let local: LocalTable | undefined;
  beforeAll(async () => {
    local = await (inject('emulatorPython') === undefined ? startLocalTable() : startEmulatedTable());
    Object.assign(process.env, local.environment);
  });
  afterAll(() => local?.stop());
  const options = (): TableOptions => {
    if (local === undefined) throw new Error('the local table is not up yet');
    return { tableName: 'nightshift-local', endpoint: local.endpoint, region: 'us-east-1' };
  };
  const at = (now: (() => number) | undefined): TableOptions => (now === undefined ? options() : { ...options(), now });
  return { options, state: (now) => openState(at(now)), table: (now) => openTable(at(now)) };
}
