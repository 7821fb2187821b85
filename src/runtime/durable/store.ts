import { asyncEventTable, type AsyncEventTable } from './async-event-table.ts';
import { executionTable, type ExecutionTable } from './execution-table.ts';
import { historyTable, type HistoryTable } from './history-table.ts';
import { operationTable, type OperationTable } from './operation-table.ts';
import type { ScheduleMemory } from '../scheduler.ts';
import { scheduleTable } from './schedule-table.ts';
import { openDatabase } from './schema.ts';

/** Everything that outlives the process, in one file with one owner. */
export type Store = {
  executions: ExecutionTable;
  operations: OperationTable;
  history: HistoryTable;
  asyncEvents: AsyncEventTable;
  schedules: ScheduleMemory;
  /** All or nothing; not nested. */
  transaction<R>(work: () => R): R;
  close(): void;
};

/** Opens the data file; throws a `conflict` fault when another process owns it. */
export function openStore(path: string): Store {
  const database = openDatabase(path);
  return {
    executions: executionTable(database),
    operations: operationTable(database),
    history: historyTable(database),
    asyncEvents: asyncEventTable(database),
    schedules: scheduleTable(database),
    transaction(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (thrown) {
        database.exec('ROLLBACK');
        throw thrown;
      }
    },
    close: () => database.close(),
  };
}
