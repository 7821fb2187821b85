import type { Message } from './blocks.ts';
import { networkMeaning, statusMeaning, type Sent } from './sent.ts';

/** Slack's own limit for an answer is 3 s; a response_url that takes longer than this is given up. */
const TIMEOUT_MS = 5_000;

/** Who sees it: only the person who asked, or the channel. */
export type Audience = 'ephemeral' | 'in_channel';
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Answers a command or a click afterwards, below what it answers and never in place of it. Five uses in 30 minutes:
 * https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export async function respond(url: string, message: Message, audience: Audience, via: Fetch = fetch): Promise<Sent> {
  if (!/^https?:\/\//.test(url)) return { permanent: 'there is no response_url' };
  try {
    const answer = await via(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...message, response_type: audience, replace_original: false }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (answer.ok) return { ok: '' };
    if (answer.status === 429)
      return { retry: Number(answer.headers.get('retry-after')) || 1, reason: 'Slack asks for a pause' };
    return statusMeaning(answer.status);
  } catch (error) {
    return networkMeaning(error instanceof Error ? error : new Error(String(error)));
  }
}
