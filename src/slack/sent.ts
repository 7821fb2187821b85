import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';

/**
 * What became of a call to Slack, as data that says what to do next: `retry` after so many seconds (it was certainly not
 * carried out), `recreate` (the message cannot be edited any more), `reformat` (Slack refuses its shape), `lost` (nobody
 * knows whether it was carried out), `permanent` (a person has to mend something). `ok` is the message's ts or the view's id.
 */
export type Unsent =
  | { retry: number; reason: string }
  | { recreate: string }
  | { reformat: string }
  | { lost: string }
  | { permanent: string };
export type Sent = { ok: string } | Unsent;

const recreate = ['message_not_found', 'edit_window_closed', 'cant_update_message'];
const reformat = ['msg_blocks_too_long', 'msg_too_long', 'invalid_attachments', 'too_many_attachments', 'no_text'];
/** "It's possible some aspect of the operation succeeded": https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const unsure = ['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable'];
const later = ['ratelimited', 'rate_limited', 'message_limit_exceeded'];

/** Nothing left this machine, so nothing can have been carried out. */
const neverLeft = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Seconds until another try where Slack names none. */
const RETRY_SECONDS = 5;

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

/** The meaning of an HTTP status other than 200 and 429. */
export function statusMeaning(status: number): Unsent {
  if (status >= 500 || status === 408) return { lost: `HTTP ${status}` };
  return { permanent: `HTTP ${status}` };
}

/** The meaning of a request that got no answer at all. */
export function networkMeaning(error: Error): Unsent {
  const code = codeOf(error) ?? codeOf(error.cause);
  if (code !== undefined && neverLeft.includes(code))
    return { retry: RETRY_SECONDS, reason: `Slack cannot be reached: ${code}` };
  return { lost: code ?? error.name };
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
