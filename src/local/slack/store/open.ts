import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../../core/errors.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (channel TEXT NOT NULL, ts TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (channel, ts)) STRICT;
  CREATE TABLE IF NOT EXISTS views (id TEXT PRIMARY KEY, user TEXT NOT NULL, kind TEXT NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS response_urls (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, body TEXT NOT NULL, content BLOB) STRICT;
`;

/**
 * Opens the stand-in's memory in a directory, for one process at a time: a second one is refused with `conflict`.
 * Every change is on disk before it is answered, so it survives SIGKILL (https://www.sqlite.org/wal.html).
 */
export function openStore(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, 'slack.sqlite'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec(SCHEMA);
  } catch (cause) {
    database.close();
    throw new Fault('conflict', `another process already uses the local Slack in ${dataDir}`, { cause });
  }
  return database;
}
