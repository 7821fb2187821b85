import { placeOf, type Fields } from '../fields.ts';
import type { Collection } from './collection.ts';
import { addStatement, type Counted } from './counted.ts';
import { maskMessage } from './mask-message.ts';
import { tellOf } from './messages.ts';
import type { Minute } from './timeline.ts';

/** What a message says is in its beginning; the rest of a long one is a statement or a list of values. */
const LONGEST_MESSAGE = 2_000;
const PID = placeOf('pid');
const STATEMENT = placeOf('statement');
const SQL_STATE = placeOf('sqlState');
const MOST_PROCESSES = 10_000;

/** One entry as the reader hands it over. */
export type Entry = { bytes: Buffer; start: number; message: number; end: number; fields: Fields };

/** Counts an entry that is about something else than how long a statement took. */
export function happen(collected: Collection, entry: Entry): void {
  const minute = collected.timeline.minuteOf(entry.bytes, entry.start, entry.fields);
  switch (entry.fields.severity) {
    case 'ERROR':
    case 'FATAL':
    case 'PANIC':
      minute.errors++;
      collected.sessions.of(entry.bytes, entry.start, entry.fields).errors++;
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
