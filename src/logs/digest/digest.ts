import type { EntryListener } from '../entries.ts';
import { placeOf, type Fields } from '../fields.ts';
import type { Severity } from '../severity.ts';
import { addStatement, countedDigest, createCountedTable, type Counted, type CountedTable } from './counted.ts';
import { createDurationReader } from './duration.ts';
import { maskMessage } from './mask-message.ts';
import { tellOf, type Subject } from './messages.ts';
import { createSeverityCounts } from './severity-counts.ts';
import { createStatementTable, statementsDigest, type StatementDigest, type StatementTally } from './statements.ts';
import { createTimeline, type Minute } from './timeline.ts';

/** What a message says is in its beginning; the rest of a long one is a statement or a list of values. */
const LONGEST_MESSAGE = 2_000;
const PID = placeOf('pid');
const STATEMENT = placeOf('statement');
const SQL_STATE = placeOf('sqlState');
const MOST_PROCESSES = 10_000;

/**
 * What a log tells, without a value of anybody: durations in milliseconds, temporary files in bytes. `preparation` is the time
 * of parse and bind steps, which belongs to no call.
 */
export type LogDigest = {
  statements: StatementDigest[];
  /** Calls of statements beyond the number of shapes that are told apart. */
  othersCalls: number;
  preparation: { count: number; totalMs: number };
  plans: number;
  /** ERROR, FATAL and PANIC by SQLSTATE, where the log has it, and message. */
  errors: Counted[];
  cancellations: Counted[];
  deadlocks: number;
  timeline: Minute[];
  severities: Partial<Record<Severity, number>>;
} & Record<Subject, Counted[]>;

/** What a digest is made of, as plain data and typed arrays: tallies of several logs add up without loss. */
export type LogTally = {
  statements: StatementTally[];
  othersCalls: number;
  tables: Record<TableName, Counted[]>;
  preparation: { count: number; totalMs: number };
  plans: number;
  deadlocks: number;
  timeline: Minute[];
  severities: Partial<Record<Severity, number>>;
};

type TableName = Subject | 'errors' | 'cancellations';

export type Digester = { listen: EntryListener; result(): { digest: LogDigest; tally: LogTally } };

/** Collects what entries tell; give `listen` to the reader and ask for the `result` at its end. */
export function createDigester(): Digester {
  const collected = emptyCollection();
  const duration = createDurationReader();
  const listen: EntryListener = (bytes, start, message, end, fields) => {
    const { severity } = fields;
    collected.severities.add(severity);
    const kind = severity === 'LOG' ? duration.read(bytes, message, end) : undefined;
    if (kind === 'run') {
      collected.table.add(bytes, duration.statement, end, duration.durationMs);
      const minute = collected.timeline.minuteOf(bytes, start, fields);
      minute.statements++;
      minute.totalMs += duration.durationMs;
    } else if (kind === 'preparation') {
      collected.preparation.count++;
      collected.preparation.totalMs += duration.durationMs;
    } else if (kind === 'plan') collected.plans++;
    else if (kind === undefined && severity !== 'DETAIL') other(collected, { bytes, start, message, end, fields });
  };
  return {
    listen,
    result() {
      const tally = tallyOf(collected);
      return { digest: digestOf(tally), tally };
    },
  };
}

type Entry = { bytes: Buffer; start: number; message: number; end: number; fields: Fields };
type Collection = ReturnType<typeof emptyCollection>;

function emptyCollection() {
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
    table: createStatementTable(),
    timeline: createTimeline(),
    preparation: { count: 0, totalMs: 0 },
    plans: 0,
    deadlocks: 0,
    severities: createSeverityCounts(),
    /** What each process told last: a STATEMENT that follows belongs to it. */
    lastOf: new Map<string, Counted>(),
  };
}

function other(collected: Collection, entry: Entry): void {
  const minute = collected.timeline.minuteOf(entry.bytes, entry.start, entry.fields);
  switch (entry.fields.severity) {
    case 'ERROR':
    case 'FATAL':
    case 'PANIC':
      minute.errors++;
      return failure(collected, entry);
    case 'LOG':
      return happening(collected, entry, minute);
    case 'STATEMENT':
      return cause(collected, entry);
    default:
  }
}

function failure(collected: Collection, entry: Entry): void {
  const masked = maskMessage(messageOf(entry));
  const state = fieldOf(entry, SQL_STATE);
  const counted = collected.tables.errors.add(state ? `${state} ${masked}` : masked, 0);
  if (masked === 'deadlock detected') collected.deadlocks++;
  if (/^(?:canceling|terminating) /.test(masked)) collected.tables.cancellations.add(masked, 0);
  remember(collected, entry, counted);
}

function happening(collected: Collection, entry: Entry, minute: Minute): void {
  const told = tellOf(messageOf(entry));
  if (told === undefined) {
    // A statement that follows is of this message, and not of the one before.
    collected.lastOf.delete(fieldOf(entry, PID));
    return;
  }
  const name = told.subject === 'events' ? maskMessage(told.name) : told.name;
  if (told.name === 'received') minute.connections++;
  remember(collected, entry, collected.tables[told.subject].add(name, told.amount));
}

/** The statement that caused it: in the entry itself, or in the next one of the same process. */
function remember(collected: Collection, entry: Entry, counted: Counted): void {
  const from = entry.fields.spans[STATEMENT] as number;
  if (from >= 0) {
    const to = entry.fields.spans[STATEMENT + 1] as number;
    addStatement(counted, collected.table.shapeOf(entry.bytes, entry.start + from, entry.start + to));
    return;
  }
  if (collected.lastOf.size >= MOST_PROCESSES) collected.lastOf.clear();
  collected.lastOf.set(fieldOf(entry, PID), counted);
}

function cause(collected: Collection, entry: Entry): void {
  const pid = fieldOf(entry, PID);
  const counted = collected.lastOf.get(pid);
  if (counted === undefined) return;
  collected.lastOf.delete(pid);
  addStatement(counted, collected.table.shapeOf(entry.bytes, entry.message, entry.end));
}

function messageOf({ bytes, message, end }: Entry): string {
  return bytes.toString('utf8', message, Math.min(end, message + LONGEST_MESSAGE));
}

function fieldOf({ bytes, start, fields }: Entry, place: number): string {
  const from = fields.spans[place] as number;
  return from < 0 ? '' : bytes.toString('latin1', start + from, start + (fields.spans[place + 1] as number));
}

function tallyOf({ tables, table, timeline, severities, preparation, plans, deadlocks }: Collection): LogTally {
  const counted = Object.fromEntries(Object.entries(tables).map(([name, one]) => [name, one.tally()]));
  return {
    ...table.tally(),
    tables: counted as LogTally['tables'],
    preparation,
    plans,
    deadlocks,
    timeline: timeline.minutes(),
    severities: severities.counts(),
  };
}

export function digestOf({ statements, tables, ...rest }: LogTally): LogDigest {
  const counted = Object.fromEntries(Object.entries(tables).map(([name, one]) => [name, countedDigest(one)]));
  return { ...rest, ...(counted as LogTally['tables']), statements: statementsDigest(statements) };
}
