import type { DatabaseSync } from 'node:sqlite';
import type { Changes } from '../changes.ts';
import type { SlackMessage } from '../message.ts';

export type NewMessage = Omit<SlackMessage, 'ts' | 'edits' | 'files' | 'reactions'> &
  Partial<Pick<SlackMessage, 'files'>>;

export type Messages = {
  add(message: NewMessage): SlackMessage;
  find(channel: string, ts: string): SlackMessage | undefined;
  /** Puts a new content in place; counts the edit when `edited`. */
  replace(message: SlackMessage): SlackMessage;
  remove(channel: string, ts: string): void;
  /** Oldest first, with thread replies and ephemeral ones. */
  list(channel?: string): SlackMessage[];
};

const SELECT_ALL = 'SELECT body FROM messages ORDER BY ts';
const SELECT_CHANNEL = 'SELECT body FROM messages WHERE channel = ? ORDER BY ts';
const SELECT_ONE = 'SELECT body FROM messages WHERE channel = ? AND ts = ?';
const SELECT_LAST = 'SELECT max(ts) AS ts FROM messages';
const UPSERT = 'INSERT OR REPLACE INTO messages (channel, ts, body) VALUES (?, ?, ?)';
const DELETE = 'DELETE FROM messages WHERE channel = ? AND ts = ?';

export function createMessages(database: DatabaseSync, changes: Changes, clock: () => number): Messages {
  const nextTs = createTimestamps(lastTs(database), clock);
  const keep = (message: SlackMessage): SlackMessage => {
    database.prepare(UPSERT).run(message.channel, message.ts, JSON.stringify(message));
    changes.publish({ kind: 'message', message });
    return message;
  };
  return {
    add: (message) => keep({ files: [], ...message, ts: nextTs(), edits: 0, reactions: [] }),
    find: (channel, ts) => read(database.prepare(SELECT_ONE).get(channel, ts)),
    replace: keep,
    remove: (channel, ts) => {
      database.prepare(DELETE).run(channel, ts);
      changes.publish({ kind: 'gone', channel, ts });
    },
    list: (channel) => {
      const rows =
        channel === undefined ? database.prepare(SELECT_ALL).all() : database.prepare(SELECT_CHANNEL).all(channel);
      return rows.flatMap((row) => read(row) ?? []);
    },
  };
}

/** Slack timestamps: seconds with six digits, never the same twice. */
export function createTimestamps(last: string, clock: () => number): () => string {
  let micros = Math.round(Number(last) * 1e6);
  return () => {
    micros = Math.max(micros + 1, Math.floor(clock() * 1000));
    const digits = String(micros);
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  };
}

function lastTs(database: DatabaseSync): string {
  const ts = database.prepare(SELECT_LAST).get()?.['ts'];
  return typeof ts === 'string' ? ts : '0';
}

function read(row: Record<string, unknown> | undefined): SlackMessage | undefined {
  const body = row?.['body'];
  return typeof body === 'string' ? (JSON.parse(body) as SlackMessage) : undefined;
}
