/** What is asked over HTTP in a private network: at once, once, and never more than fits. */
const TIMEOUT_MS = 3000;
const MOST_BYTES = 4 * 1024 ** 2;

/** No answer that can be used; the message is the reason, without a full stop. */
export class ExporterSilence extends Error {}

export type HttpAnswer = { status: number; body: string };
type Question = { method?: 'POST'; headers?: Readonly<Record<string, string>>; body?: string | URLSearchParams };

/** One request without redirects; `form` is sent as one. Throws ExporterSilence after 3 s, beyond 4 MB, and for refusals. */
export async function askExporter(url: string, form?: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  return askOnce(url, form ? { method: 'POST', body: new URLSearchParams(form) } : {}, TIMEOUT_MS);
}

/** The same for any request, and with its own time limit; it is sent once, whatever becomes of it. */
export async function askOnce(url: string, question: Question, timeoutMs: number): Promise<HttpAnswer> {
  const { host } = new URL(url);
  try {
    const answer = await fetch(url, { ...question, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    return { status: answer.status, body: await boundedText(answer, host) };
  } catch (thrown) {
    if (thrown instanceof ExporterSilence) throw thrown;
    throw new ExporterSilence(`${host} ${reasonOf(thrown, timeoutMs)}`);
  }
}

async function boundedText(answer: Response, host: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) throw new ExporterSilence(`${host} answered with more than ${MOST_BYTES / 1024 ** 2} MB`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** https://nodejs.org/api/globals.html#fetch: what went wrong on the wire is the cause. */
function reasonOf(thrown: unknown, timeoutMs: number): string {
  if (!(thrown instanceof Error)) return 'could not be asked';
  if (thrown.name === 'TimeoutError') return `did not answer within ${timeoutMs / 1000} s`;
  const { cause } = thrown;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ECONNREFUSED') return 'refuses the connection';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'has a name that cannot be resolved';
  if (cause instanceof Error && /redirect/.test(cause.message)) return 'answered with a redirect';
  return code === '' ? 'could not be asked' : `could not be asked (${code})`;
}
