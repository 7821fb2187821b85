import type { Scanner } from '../scanner/scanner.ts';
import { createCountedTable, type Counted, type CountedTable } from './counted.ts';
import type { Subject } from './messages.ts';
import { createSessionTable } from './sessions.ts';
import { createSeverityCounts } from './severity-counts.ts';
import { createStatementTable } from './statements.ts';
import { createTimeline } from './timeline.ts';

/** The tables of a digest that count things by name. */
export type TableName = Subject | 'errors' | 'cancellations';

/** What was collected so far. */
export type Collection = ReturnType<typeof emptyCollection>;

export function emptyCollection(scanner: Scanner) {
  const tables: Record<TableName, CountedTable> = {
    errors: createCountedTable(),
    cancellations: createCountedTable(),
    lockWaits: createCountedTable(),
    tempFiles: createCountedTable(),
    checkpoints: createCountedTable(),
    vacuums: createCountedTable(),
    analyzes: createCountedTable(),
    connections: createCountedTable(),
    disconnections: createCountedTable(),
    events: createCountedTable(),
  };
  return {
    tables,
    table: createStatementTable(scanner),
    timeline: createTimeline(),
    sessions: createSessionTable(),
    truncated: 0,
    preparation: { count: 0, totalMs: 0 },
    plans: 0,
    deadlocks: 0,
    severities: createSeverityCounts(),
    /** What each process told last: a STATEMENT that follows belongs to it. */
    lastOf: new Map<string, Counted>(),
  };
}
