import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Fault } from '../core/errors.ts';
import type { Key } from './keys.ts';
import {
  livingItem,
  nowSeconds,
  wholeRange,
  type Attributes,
  type Clock,
  type Decision,
  type Item,
  type Range,
  type StateTable,
} from './table.ts';

export type SqliteTableOptions = { path: string; now?: Clock };
export type SqliteTable = StateTable & { close(): void };

/** Expired items stay this long, so that a clock that is set back shows nothing twice. */
const PURGE_AFTER_SECONDS = 3_600;
const PURGE_EVERY_MS = 600_000;

/**
 * One owner for as long as the process lives, and an answered write that survives the machine:
 * https://www.sqlite.org/pragma.html#pragma_locking_mode, #pragma_synchronous. Text is compared by its UTF-8 bytes, as
 * DynamoDB orders sort keys: https://www.sqlite.org/datatype3.html#collating_sequences
 */
const OPENING = `
  PRAGMA busy_timeout = 0;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  BEGIN EXCLUSIVE;
  CREATE TABLE IF NOT EXISTS item (
    pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, ttl INTEGER, json TEXT NOT NULL,
    PRIMARY KEY (pk, sk)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS item_ttl ON item (ttl) WHERE ttl IS NOT NULL;
  COMMIT;`;

const QUERY = `SELECT * FROM item
  WHERE pk = :pk AND sk BETWEEN :from AND :to AND (ttl IS NULL OR ttl > :now)`;

/**
 * The state table in one file with one owner: a `conflict` fault when another process has it. A decision is one turn of this
 * process that nobody can come between, so nothing is ever tried again.
 */
export function openSqliteTable({ path, now = Date.now }: SqliteTableOptions): SqliteTable {
  const database = own(path);
  const store = { now, ...statements(database) };
  const purge = purging(store);
  purge();
  return {
    now,
    get: (key) => attempt(() => livingItem(read(store, key), now)),
    putNew: (key, attributes) =>
      attempt(() => {
        if (livingItem(read(store, key), now) !== undefined) return false;
        write(store, key, 1, attributes);
        purge();
        return true;
      }),
    decide: (key, decide) => attempt(() => decideOnItem(store, key, decide)),
    query: (pk, range = {}) => attempt(() => query(store, pk, range)),
    close: () => database.close(),
  };
}

type Store = { now: Clock } & ReturnType<typeof statements>;
type Row = { pk: string; sk: string; version: number; json: string };

function own(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(OPENING);
    return database;
  } catch (thrown) {
    database.close();
    if (!/locked|busy/i.test(String(thrown))) throw thrown;
    throw new Fault('conflict', `${path} belongs to another running process; stop it first`, { cause: thrown });
  }
}

function statements(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    get: prepare('SELECT * FROM item WHERE pk = ? AND sk = ?'),
    put: prepare('INSERT OR REPLACE INTO item (pk, sk, version, ttl, json) VALUES (?, ?, ?, ?, ?)'),
    purge: prepare('DELETE FROM item WHERE ttl <= ?'),
    oldestFirst: prepare(`${QUERY} ORDER BY sk LIMIT :limit`),
    newestFirst: prepare(`${QUERY} ORDER BY sk DESC LIMIT :limit`),
  };
}

function decideOnItem<A>(store: Store, key: Key, decide: (item: Item | undefined) => Decision<A>): A {
  const found = read(store, key);
  const { answer, write: attributes } = decide(livingItem(found, store.now));
  if (attributes !== undefined) write(store, key, (found?.version ?? 0) + 1, attributes);
  return answer;
}

function query(store: Store, pk: string, { from, to, limit, newestFirst }: Range): Item[] {
  const statement = newestFirst ? store.newestFirst : store.oldestFirst;
  const ends = { from: from ?? wholeRange.from, to: to ?? wholeRange.to };
  const rows = statement.all({ pk, ...ends, now: nowSeconds(store.now), limit: limit ?? -1 });
  return rows.map((row) => itemOf(row as Row));
}

function read({ get }: Store, { pk, sk }: Key): Item | undefined {
  const row = get.get(pk, sk);
  return row === undefined ? undefined : itemOf(row as Row);
}

function write({ put }: Store, { pk, sk }: Key, version: number, { ttl, ...attributes }: Attributes): void {
  put.run(pk, sk, version, ttl === undefined ? null : Math.ceil(ttl), JSON.stringify({ ...attributes, ttl }));
}

function itemOf({ pk, sk, version, json }: Row): Item {
  return { ...(JSON.parse(json) as Attributes), pk, sk, version };
}

/** Deletes what has expired, now and then. */
function purging({ now, purge }: Store): () => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - lastMs < PURGE_EVERY_MS) return;
    lastMs = now();
    purge.run(nowSeconds(now) - PURGE_AFTER_SECONDS);
  };
}

/** A promise like every adapter's; a fault whose sentence names no item. */
async function attempt<R>(work: () => R): Promise<R> {
  try {
    return work();
  } catch (thrown) {
    if (!isSqliteError(thrown)) throw thrown;
    throw new Fault('timed_out', `The state file did not do what was asked: ${thrown.message}.`, { cause: thrown });
  }
}

/** https://nodejs.org/api/sqlite.html: errors of SQLite carry its result code and name no value. */
function isSqliteError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_SQLITE_ERROR';
}
