import type { LogDigest } from '../digest/digest.ts';
import type { StatementDigest } from '../digest/statements.ts';
import type { LogFormat } from '../format.ts';
import type { HistogramBar } from './histogram-bars.ts';

/** How one file was read. `problem` is what could not be read of it, and what mends it. */
export type FileRead = {
  name: string;
  format: LogFormat['format'] | null;
  prefix: string | null;
  /** Whether somebody said the format and prefix, or the file's own lines did. */
  formatFrom: 'given' | 'found' | null;
  /** Bytes of the log, unpacked. */
  bytes: number;
  lines: number;
  entries: number;
  unreadLines: number;
  cutEntries: number;
  problem: string | null;
};

/** A shape of statement, with how many of its calls took how long. */
export type DocumentStatement = Pick<
  StatementDigest,
  | 'id'
  | 'text'
  | 'calls'
  | 'totalMs'
  | 'maxMs'
  | 'meanMs'
  | 'p50Ms'
  | 'p95Ms'
  | 'p99Ms'
  | 'tags'
  | 'hours'
  | 'users'
  | 'databases'
  | 'applications'
  | 'plans'
> & { histogram: HistogramBar[]; slowestPlan: { durationMs: number; text: string } | null };

/** What `nightshift logs` found: no value of anybody's is in it. Times are in UTC, but for zones that cannot be told. */
export type LogsDocument = {
  period: { from: string | null; to: string | null; since: string | null; until: string | null };
  read: {
    files: FileRead[];
    /** Files that were left out because another one holds the same. */
    leftOut: { name: string; why: string }[];
    bytes: number;
    lines: number;
    entries: number;
    seconds: number;
    /** Whether all that was asked for is in the report. */
    complete: boolean;
  };
  /** What a reader should know before the numbers are believed. */
  notes: string[];
  statements: DocumentStatement[];
} & Pick<LogDigest, (typeof TOLD)[number]>;

/** What a digest tells as it is. Each one is here by name, so that nothing gets out that nobody looked at. */
export const TOLD = [
  'othersCalls',
  'preparation',
  'errors',
  'cancellations',
  'deadlocks',
  'lockWaits',
  'tempFiles',
  'checkpoints',
  'vacuums',
  'analyzes',
  'connections',
  'disconnections',
  'events',
  'sessions',
  'truncated',
  'timeline',
  'clockJumps',
  'unknownZones',
  'severities',
] as const satisfies readonly (keyof LogDigest)[];
