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

/** Nothing left this machine, so nothing can have been carried out. */
const neverLeft = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Seconds until another try where Slack names none. */
export const RETRY_SECONDS = 5;

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
