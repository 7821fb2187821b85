import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../core/errors.ts';

/** https://www.sqlite.org/pragma.html: an exclusive lock is the operating system's, so a dead owner's claim ends with it. */
const PRAGMAS = `
  PRAGMA busy_timeout = 0;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;`;

/** https://www.sqlite.org/stricttables.html */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS execution (
    arn TEXT PRIMARY KEY, function TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
    input TEXT NOT NULL, input_hash TEXT NOT NULL, started_ms INTEGER NOT NULL, deadline_ms INTEGER NOT NULL,
    ended_ms INTEGER, purge_ms INTEGER, retention_days INTEGER NOT NULL, result TEXT, error TEXT, token TEXT,
    phase TEXT NOT NULL, again INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
    not_before_ms INTEGER NOT NULL DEFAULT 0, parent_arn TEXT, parent_operation TEXT,
    UNIQUE (function, name)) STRICT;
  CREATE TABLE IF NOT EXISTS operation (
    sequence INTEGER PRIMARY KEY, arn TEXT NOT NULL REFERENCES execution ON DELETE CASCADE, id TEXT NOT NULL,
    json TEXT NOT NULL, changed INTEGER NOT NULL, due_ms INTEGER, callback_id TEXT UNIQUE, heartbeat_seconds INTEGER,
    hard_due_ms INTEGER, request TEXT, UNIQUE (arn, id)) STRICT;
  CREATE INDEX IF NOT EXISTS operation_due ON operation (due_ms) WHERE due_ms IS NOT NULL;
  CREATE TABLE IF NOT EXISTS history (
    number INTEGER PRIMARY KEY, arn TEXT NOT NULL REFERENCES execution ON DELETE CASCADE, at_ms INTEGER NOT NULL,
    type TEXT NOT NULL, operation TEXT NOT NULL, details TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS history_arn ON history (arn, number);
  CREATE TABLE IF NOT EXISTS async_event (
    id TEXT PRIMARY KEY, function TEXT NOT NULL, payload TEXT NOT NULL, attempt INTEGER NOT NULL,
    due_ms INTEGER NOT NULL, failure TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS schedule (name TEXT PRIMARY KEY, last_ms INTEGER NOT NULL) STRICT;`;

/**
 * Opens the data file and owns it until it is closed or the process dies.
 * Throws a `conflict` fault when another process owns it.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(PRAGMAS);
    database.exec(`BEGIN EXCLUSIVE; ${SCHEMA} COMMIT;`);
    return database;
  } catch (thrown) {
    database.close();
    if (!/locked|busy/i.test(String(thrown))) throw thrown;
    throw new Fault('conflict', `${path} belongs to another running process; stop it first`, { cause: thrown });
  }
}
