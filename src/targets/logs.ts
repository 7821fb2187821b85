import type { Seen } from '../core/check.ts';
import type { LogPosition } from '../core/log-position.ts';

export type { LogPosition } from '../core/log-position.ts';

/** How a server writes its log: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-DESTINATION */
export type LogFormat = 'stderr' | 'csvlog' | 'jsonlog';

/** One file or stream of a log; `modifiedAt` is an ISO time. */
export type LogFile = { name: string; sizeBytes: number; modifiedAt: string };

/** What a reader of the bytes has to know. */
export type LogForm = {
  format: LogFormat;
  /** log_line_prefix, which only the format stderr has. */
  prefix: string;
  /** How much later than UTC the clock is that the log is written by. */
  utcOffsetSeconds: number;
};

/**
 * Where a reading begins: at a time (ISO), or where another one ended. `until` leaves out what is younger, for a keeper that
 * gets entries late: whoever goes on from the position later gives it, and reads none of them twice.
 */
export type LogStart = { since: string; until?: string } | { after: LogPosition };

/** What a reading may take at most. */
export type LogBudget = { bytes: number; seconds: number };

/** What came of a reading. `from` and `until` are ISO times between which all was read; `why` says what limited it. */
export type LogReading = {
  /** Where the next one goes on. */
  position: LogPosition;
  from: string;
  until: string;
  bytes: number;
  why?: string;
};

/** The log of one member. */
export type MemberLog = {
  member: string;
  form(): Promise<Seen<LogForm>>;
  files(): Promise<Seen<readonly LogFile[]>>;
  /** Hands the bytes to `take`, chunk by chunk, which are its own during the call only. Between two files ends a line. */
  read(start: LogStart, budget: LogBudget, take: (chunk: Uint8Array) => void): Promise<Seen<LogReading>>;
};

/** The logs of a PostgreSQL target that somebody keeps for it, outside of the servers. */
export type PostgresLogs = { engine: 'postgres'; name: string; logs: readonly MemberLog[]; close(): Promise<void> };
