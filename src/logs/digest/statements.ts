import { createNormaliser, type Normaliser } from '../normalise/statement.ts';
import { tagsOf } from '../normalise/tags.ts';
import { createTemplates } from '../normalise/templates.ts';
import type { Session } from './sessions.ts';
import { count, emptyHistogram, percentileMs, type Histogram } from './histogram.ts';

/** Statements of more shapes than this are counted, but no longer told apart. */
export const MOST_SHAPES = 10_000;
const MOST_SESSIONS = 20;
const MOST_NAMES = 5;
const LONGEST_TEXT = 2_000;
const LONGEST_COMMENT = 4_096;

/** One shape of statement: literals are `?`. Percentiles are at most 19 % too high. `tags` are those of its first call. */
export type StatementDigest = {
  id: string;
  text: string;
  calls: number;
  totalMs: number;
  maxMs: number;
  meanMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  tags: Record<string, string>;
  /** Calls by the hour of the day in which they ended, from 0 to 23, in the time of the timeline. */
  hours: number[];
  /** Who ran it, where the log says so; at most five names each. */
  users: string[];
  databases: string[];
  applications: string[];
};

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
};

type SessionNames = Pick<Session, 'user' | 'database' | 'application'>;

/** What is known of one call: the hour of the day, 0 to 23, and whose it was. */
export type Call = { durationMs: number; hour: number; session: Session };

/** Durations by shape. */
export type StatementTable = {
  add(bytes: Buffer, start: number, end: number, call: Call): void;
  /** The shape of a statement whose duration nobody knows, as text. */
  shapeOf(bytes: Buffer, start: number, end: number): string;
  tally(): { statements: StatementTally[]; othersCalls: number };
};

export function createStatementTable(): StatementTable {
  const normaliser = createNormaliser();
  const templates = createTemplates();
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

/** What a reader sees of the statements, the one with the highest total first. */
export function statementsDigest(tally: readonly StatementTally[]): StatementDigest[] {
  return tally.toSorted((a, b) => b.totalMs - a.totalMs).map(digestOf);
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
  };
}

function digestOf({
  hash,
  text,
  calls,
  totalMs,
  maxMs,
  histogram,
  tags,
  hours,
  sessions,
}: StatementTally): StatementDigest {
  const percentile = (share: number) => rounded(Math.min(maxMs, percentileMs(histogram, share)));
  return {
    id: hash.toString(16).padStart(14, '0'),
    text,
    calls,
    totalMs: rounded(totalMs),
    maxMs,
    meanMs: rounded(totalMs / calls),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    tags,
    hours: [...hours],
    users: namesOf(sessions, 'user'),
    databases: namesOf(sessions, 'database'),
    applications: namesOf(sessions, 'application'),
  };
}

function namesOf(sessions: readonly SessionNames[], part: keyof SessionNames): string[] {
  return [...new Set(sessions.map((session) => session[part]))].filter((name) => name !== '').slice(0, MOST_NAMES);
}

function rounded(durationMs: number): number {
  return Math.round(durationMs * 1_000) / 1_000;
}
