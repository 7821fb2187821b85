import type { WebClient } from '@slack/web-api';
import type { Unsent } from './sent.ts';
import { classify } from './thrown.ts';

/** Where a slot's message is, that it is nowhere, or why nobody could look. */
export type Found = { found: string } | { absent: true } | Unsent;
/** A message of a thread; `slot` when it is one of ours. */
export type Reply = { ts: string; text: string; slot?: string };

const mostPages = 10;
const messagesPerPage = 200;

type Listed = { ts?: string; text?: string; metadata?: { event_type?: string; event_payload?: object } };
type Page = { messages?: Listed[]; response_metadata?: { next_cursor?: string } };

/** Looks for the message whose metadata names the slot: https://docs.slack.dev/messaging/message-metadata */
export async function findSlot(
  client: WebClient,
  channel: string,
  slot: string,
  where: { since: string; threadTs?: string },
): Promise<Found> {
  const { threadTs } = where;
  // Slack's clock and ours may differ by some seconds.
  const oldest = String(Math.max(0, Math.floor(Date.parse(where.since) / 1000) - 60));
  const look = { channel, oldest, inclusive: true, include_all_metadata: true, limit: messagesPerPage };
  const page = (cursor: object) =>
    threadTs === undefined
      ? client.conversations.history({ ...look, ...cursor })
      : client.conversations.replies({ ...look, ...cursor, ts: threadTs });
  try {
    for await (const message of walk(page)) {
      if (message.ts !== undefined && slotOf(message) === slot) return { found: message.ts };
    }
    return { absent: true };
  } catch (error) {
    return classify(error, true);
  }
}

/** The replies of a thread, oldest first. */
export async function repliesOf(
  client: WebClient,
  channel: string,
  threadTs: string,
): Promise<{ replies: readonly Reply[] } | Unsent> {
  const look = { channel, ts: threadTs, include_all_metadata: true, limit: messagesPerPage };
  const replies: Reply[] = [];
  try {
    for await (const message of walk((cursor) => client.conversations.replies({ ...look, ...cursor }))) {
      if (message.ts === undefined || message.ts === threadTs) continue;
      const slot = slotOf(message);
      replies.push({ ts: message.ts, text: message.text ?? '', ...(slot === undefined ? {} : { slot }) });
    }
    return { replies };
  } catch (error) {
    return classify(error, true);
  }
}

async function* walk(page: (cursor: { cursor?: string }) => Promise<Page>): AsyncGenerator<Listed> {
  let cursor = '';
  for (let n = 0; n < mostPages; n++) {
    const answer = await page(cursor === '' ? {} : { cursor });
    yield* answer.messages ?? [];
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return;
  }
  // Not having seen all is not the same as absent.
  throw new Error(`more than ${mostPages * messagesPerPage} messages to look through`);
}

function slotOf(message: Listed): string | undefined {
  const payload = message.metadata?.event_payload;
  const slot = payload && 'slot' in payload ? payload.slot : undefined;
  return typeof slot === 'string' ? slot : undefined;
}
