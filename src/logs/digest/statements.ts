import { createNormaliser, type Normaliser } from '../normalise/statement.ts';
import { tagsOf } from '../normalise/tags.ts';
import { createTemplates } from '../normalise/templates.ts';
import type { Scanner } from '../scanner/scanner.ts';
import type { Session } from './sessions.ts';
import { count, emptyHistogram, type Histogram } from './histogram.ts';

export type { StatementDigest } from './statement-digest.ts';

/** Statements of more shapes than this are counted, but no longer told apart. */
export const MOST_SHAPES = 10_000;
const MOST_SESSIONS = 20;
const LONGEST_TEXT = 2_000;
const LONGEST_COMMENT = 4_096;

/** A plan as the server writes it, as text or JSON. */
export type Plan = { durationMs: number; text: string };

/** What was counted of one shape; `hash` is its identity, 53 bits. */
export type StatementTally = {
  hash: number;
  text: string;
  calls: number;
  totalMs: number;
  maxMs: number;
  histogram: Histogram;
  tags: Record<string, string>;
  hours: Uint32Array;
  /** The kinds of sessions that ran it, at most as many as are kept. */
  sessions: SessionNames[];
  plans: number;
  slowestPlan?: Plan;
};

/** Who runs statements. */
export type SessionNames = Pick<Session, 'user' | 'database' | 'application'>;

/** What is known of one call: the hour of the day, 0 to 23, and whose it was. */
export type Call = { durationMs: number; hour: number; session: Session };

/** Durations by shape. */
export type StatementTable = {
  add(bytes: Buffer, start: number, end: number, call: Call): void;
  /** Counts a plan of a statement; `text` is asked for when none that took longer is known. */
  addPlan(bytes: Buffer, start: number, end: number, durationMs: number, text: () => string): void;
  /** The shape of a statement whose duration nobody knows, as text. */
  shapeOf(bytes: Buffer, start: number, end: number): string;
  tally(): { statements: StatementTally[]; othersCalls: number };
};

export function createStatementTable(scanner?: Scanner): StatementTable {
  const normaliser = createNormaliser();
  const templates = createTemplates(scanner);
  const known = new Map<number, number>();
  const entries: StatementTally[] = [];
  let othersCalls = 0;
  /** The place of the statement among the entries, or -1 when it is one of the others. */
  const place = (bytes: Buffer, start: number, end: number): number => {
    const hash = normaliser.fold(bytes, start, end);
    const found = known.get(hash) ?? (entries.length < MOST_SHAPES ? entries.length : -1);
    if (found === entries.length) {
      entries.push(entryOf(hash, normaliser, bytes));
      known.set(hash, found);
    }
    if (found >= 0) templates.add(bytes, start, end, normaliser.slots, found);
    return found;
  };
  return {
    add(bytes, start, end, call) {
      let found = templates.find(bytes, start, end);
      if (found < 0) found = place(bytes, start, end);
      const entry = entries[found];
      if (entry === undefined) {
        othersCalls++;
        return;
      }
      addCall(entry, call);
    },
    addPlan(bytes, start, end, durationMs, text) {
      const entry = entries[place(bytes, start, end)];
      if (entry === undefined) return;
      entry.plans++;
      if (durationMs > (entry.slowestPlan?.durationMs ?? -1)) entry.slowestPlan = { durationMs, text: text() };
    },
    shapeOf(bytes, start, end) {
      normaliser.fold(bytes, start, end);
      return normaliser.text().slice(0, LONGEST_TEXT);
    },
    tally: () => ({ statements: entries.map(namesOnly), othersCalls }),
  };
}

function addCall(entry: StatementTally, { durationMs, hour, session }: Call): void {
  entry.calls++;
  entry.totalMs += durationMs;
  if (durationMs > entry.maxMs) entry.maxMs = durationMs;
  count(entry.histogram, durationMs);
  entry.hours[hour] = (entry.hours[hour] as number) + 1;
  if (entry.sessions[0] !== session && !entry.sessions.includes(session)) addSession(entry.sessions, session);
}

/** Sessions go on counting, and a tally is what was counted so far. */
function namesOnly(entry: StatementTally): StatementTally {
  const sessions = entry.sessions.map(({ user, database, application }) => ({ user, database, application }));
  return { ...entry, sessions };
}

/** Adds a session that is not among them, unless there are enough. */
export function addSession(sessions: SessionNames[], session: SessionNames): void {
  if (sessions.length < MOST_SESSIONS) sessions.push(session);
}

function entryOf(hash: number, normaliser: Normaliser, bytes: Buffer): StatementTally {
  const comment = normaliser.comment();
  const end = comment ? Math.min(comment.end, comment.start + LONGEST_COMMENT) : 0;
  const tags = comment ? tagsOf(bytes.toString('utf8', comment.start, end)) : {};
  const text = normaliser.text().slice(0, LONGEST_TEXT);
  return {
    hash,
    text,
    calls: 0,
    totalMs: 0,
    maxMs: 0,
    histogram: emptyHistogram(),
    tags,
    hours: new Uint32Array(24),
    sessions: [],
    plans: 0,
  };
}
