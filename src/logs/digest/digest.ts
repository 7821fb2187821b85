import type { EntryListener } from '../entries.ts';
import { PLAN, PREPARATION, RUN } from '../scanner/durations.ts';
import { DURATION, STATEMENT } from '../scanner/layout.ts';
import type { Scanner } from '../scanner/scanner.ts';
import type { Severity } from '../severity.ts';
import { emptyCollection, type Collection, type TableName } from './collection.ts';
import { countedDigest, type Counted } from './counted.ts';
import { happen } from './happenings.ts';
import type { Subject } from './messages.ts';
import { maskPlan, placesOfPlan, readJsonPlan } from './plans.ts';
import { sessionsDigest, type Session } from './sessions.ts';
import { type Call, type StatementTable, type StatementTally } from './statements.ts';
import { statementsDigest, type StatementDigest } from './statement-digest.ts';
import type { TimelineTally } from './timeline.ts';

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
  /** Entries that the hoster of the server cut off before they came into the log. */
  truncated: number;
  /** Who ran statements and met errors, by user, database and application. */
  sessions: Session[];
  severities: Partial<Record<Severity, number>>;
} & TimelineTally &
  Record<Subject, Counted[]>;

/** What a digest is made of, as plain data and typed arrays: tallies of several logs add up without loss. */
export type LogTally = {
  statements: StatementTally[];
  othersCalls: number;
  tables: Record<TableName, Counted[]>;
  preparation: { count: number; totalMs: number };
  plans: number;
  deadlocks: number;
  truncated: number;
  sessions: Session[];
  severities: Partial<Record<Severity, number>>;
} & TimelineTally;

export type Digester = { listen: EntryListener; result(): { digest: LogDigest; tally: LogTally } };

/** Collects what entries tell; give `listen` to the reader of the same scanner and ask for the `result` at its end. */
export function createDigester(scanner: Scanner): Digester {
  const collected = emptyCollection(scanner);
  const call: Call = {
    durationMs: 0,
    hour: 0,
    session: { user: '', database: '', application: '', calls: 0, totalMs: 0, errors: 0 },
  };
  const { floats, words } = scanner;
  const listen: EntryListener = (bytes, start, message, end, fields) => {
    const { severity } = fields;
    collected.severities.add(severity);
    if (bytes[end - 1] === TRUNCATED_END && isTruncated(bytes, end)) collected.truncated++;
    const kind = severity === 'LOG' ? scanner.readDuration(message, end) : 0;
    const durationMs = floats[DURATION / 8] as number;
    if (kind === RUN) {
      const minute = collected.timeline.minuteOf(bytes, start, fields);
      call.session = collected.sessions.of(bytes, start, fields);
      call.durationMs = durationMs;
      call.hour = collected.timeline.hour;
      collected.table.add(bytes, words[STATEMENT / 4] as number, end, call);
      call.session.calls++;
      call.session.totalMs += durationMs;
      minute.statements++;
      minute.totalMs += durationMs;
    } else if (kind === PREPARATION) {
      collected.preparation.count++;
      collected.preparation.totalMs += durationMs;
    } else if (kind === PLAN) {
      collected.plans++;
      addPlan(collected.table, bytes, message, end, durationMs);
    } else if (kind === 0 && severity !== 'DETAIL') happen(collected, { bytes, start, message, end, fields });
  };
  return {
    listen,
    result() {
      const tally = tallyOf(collected);
      return { digest: digestOf(tally), tally };
    },
  };
}

function addPlan(table: StatementTable, bytes: Buffer, message: number, end: number, ms: number): void {
  const places = placesOfPlan(bytes, message, end);
  if (places !== undefined) {
    const { statement, statementEnd, plan } = places;
    return table.addPlan(bytes, statement, statementEnd, ms, () => maskPlan(bytes.toString('utf8', plan, end)));
  }
  const read = readJsonPlan(bytes.toString('utf8', message, end));
  if (read === undefined) return;
  const statement = Buffer.from(read.statement);
  table.addPlan(statement, 0, statement.length, ms, () => read.plan);
}

/** What Amazon puts in place of what it cut off. */
const TRUNCATED = Buffer.from('[Your log message was truncated]');
const TRUNCATED_END = TRUNCATED.at(-1);

function isTruncated(bytes: Buffer, end: number): boolean {
  const start = end - TRUNCATED.length;
  return start >= 0 && bytes.compare(TRUNCATED, 0, TRUNCATED.length, start, end) === 0;
}

function tallyOf({ tables, table, timeline, sessions, severities, ...rest }: Collection): LogTally {
  const counted = Object.fromEntries(Object.entries(tables).map(([name, one]) => [name, one.tally()]));
  return {
    ...table.tally(),
    tables: counted as LogTally['tables'],
    ...timeline.tally(),
    preparation: rest.preparation,
    plans: rest.plans,
    deadlocks: rest.deadlocks,
    truncated: rest.truncated,
    sessions: sessions.tally(),
    severities: severities.counts(),
  };
}

export function digestOf({ statements, tables, sessions, ...rest }: LogTally): LogDigest {
  const counted = Object.fromEntries(Object.entries(tables).map(([name, one]) => [name, countedDigest(one)]));
  return {
    ...rest,
    ...(counted as LogTally['tables']),
    statements: statementsDigest(statements),
    sessions: sessionsDigest(sessions),
  };
}
