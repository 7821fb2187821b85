import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { networkMeaning, RETRY_SECONDS, statusMeaning, type Unsent } from './sent.ts';

const recreate = ['message_not_found', 'edit_window_closed', 'cant_update_message'];
const reformat = ['msg_blocks_too_long', 'msg_too_long', 'invalid_attachments', 'too_many_attachments', 'no_text'];
/** "It's possible some aspect of the operation succeeded": https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const unsure = ['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable'];
const later = ['ratelimited', 'rate_limited', 'message_limit_exceeded'];

/** Pure: the meaning of a thrown value. `repeatable` calls may be made twice, so a lost answer to one is only a retry. */
export function classify(thrown: unknown, repeatable: boolean): Unsent {
  const unsent = meaning(thrown);
  return 'lost' in unsent && repeatable ? { retry: RETRY_SECONDS, reason: unsent.lost } : unsent;
}

function meaning(thrown: unknown): Unsent {
  if (!(thrown instanceof Error)) return { permanent: 'an unknown error' };
  if (thrown instanceof WebAPIRateLimitedError) return { retry: thrown.retryAfter, reason: 'Slack asks for a pause' };
  if (thrown instanceof WebAPIHTTPError) return statusMeaning(thrown.statusCode);
  if (thrown instanceof WebAPIRequestError) return networkMeaning(thrown.original);
  if (!(thrown instanceof WebAPIPlatformError)) return { permanent: thrown.message };
  return platformMeaning(thrown.data.error, thrown.data.response_metadata?.messages ?? []);
}

function platformMeaning(error: string, details: readonly string[]): Unsent {
  if (recreate.includes(error)) return { recreate: error };
  if (reformat.includes(error) || error.startsWith('invalid_blocks'))
    return { reformat: [error, ...details].join(' ') };
  if (unsure.includes(error)) return { lost: error };
  if (later.includes(error)) return { retry: RETRY_SECONDS, reason: error };
  return { permanent: error };
}
