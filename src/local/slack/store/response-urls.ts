import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { LIMITS } from '../limits.ts';

/** What a response_url belongs to: who clicked or typed, where, and on which message. */
export type ResponseTarget = { user: string; channel: string; messageTs?: string; threadTs?: string };
export type ResponseUse = ResponseTarget | { error: 'invalid_url' | 'used_url' | 'expired_url' };

/** response_url: five uses within 30 minutes (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses). */
export type ResponseUrls = {
  issue(target: ResponseTarget): string;
  use(id: string): ResponseUse;
};

type Kept = { target: ResponseTarget; at: number; uses: number };

const INSERT = 'INSERT OR REPLACE INTO response_urls (id, body) VALUES (?, ?)';
/** Long after its half hour a URL is unknown, as at Slack; until then it is said to be expired. */
const FORGET = "DELETE FROM response_urls WHERE body ->> '$.at' < ?";
const FORGET_AFTER_MS = 24 * 60 * 60_000;
const SELECT = 'SELECT body FROM response_urls WHERE id = ?';

export function createResponseUrls(database: DatabaseSync, clock: () => number): ResponseUrls {
  const keep = (id: string, kept: Kept): void => void database.prepare(INSERT).run(id, JSON.stringify(kept));
  return {
    issue: (target) => {
      const id = randomBytes(16).toString('hex');
      database.prepare(FORGET).run(clock() - FORGET_AFTER_MS);
      keep(id, { target, at: clock(), uses: 0 });
      return id;
    },
    use: (id) => {
      const row = database.prepare(SELECT).get(id);
      if (!row) return { error: 'invalid_url' };
      const kept = JSON.parse(String(row['body'])) as Kept;
      if (clock() - kept.at > LIMITS.responseUrlMs) return { error: 'expired_url' };
      if (kept.uses >= LIMITS.responseUrlUses) return { error: 'used_url' };
      keep(id, { ...kept, uses: kept.uses + 1 });
      return kept.target;
    },
  };
}
