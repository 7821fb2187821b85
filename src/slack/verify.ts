import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

/** What a Lambda function URL or an API Gateway HTTP API hands over (payload format 2.0); every field may be missing. */

const RawEvent = v.object({
  headers: v.fallback(v.nullish(v.record(v.string(), v.unknown())), undefined),
  body: v.fallback(v.nullish(v.string()), undefined),
  isBase64Encoded: v.fallback(v.nullish(v.boolean()), undefined),
});

/** How far a request's clock may be from ours, both ways: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const clockWindowSeconds = 300;

/** A request that Slack signed: UTF-8 body, lower-case header names, content type without its charset. */
export type SignedRequest = {
  ok: true;
  body: string;
  headers: Readonly<Record<string, string>>;
  /** The same for the same signed bytes: a second one is a replay. */
  requestKey: string;
};
/** `sslCheck` is Slack's unsigned probe of the certificate; a refusal's reason never holds anything of the body. */
export type Verified = SignedRequest | { sslCheck: true } | { refused: string };

/**
 * Checks that Slack sent these bytes just now. Pure: replays are refused by whoever remembers `requestKey`.
 * `secrets` may hold several signing secrets while one is being rotated; `nowMs` is Unix time in milliseconds.
 */
export function verifyRequest(event: unknown, secrets: readonly string[], nowMs: number): Verified {
  const raw = v.safeParse(RawEvent, event);
  if (!raw.success || Array.isArray(event)) return { refused: 'the event is not an HTTP request' };
  const headers = lowerCased(raw.output.headers ?? {});
  const bytes = Buffer.from(raw.output.body ?? '', raw.output.isBase64Encoded ? 'base64' : 'utf8');
  const signature = headers['x-slack-signature'];
  if (signature === undefined) return isSslCheck(headers, bytes) ? { sslCheck: true } : { refused: 'no signature' };
  const timestamp = headers['x-slack-request-timestamp'] ?? '';
  const refused = clockProblem(timestamp, nowMs) ?? signatureProblem(signature, timestamp, bytes, secrets);
  if (refused) return { refused };
  return { ok: true, body: bytes.toString('utf8'), headers, requestKey: `slack-request:${signature.slice(3)}` };
}

function lowerCased(headers: Record<string, unknown>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') kept[name.toLowerCase()] = value;
  const type = kept['content-type'];
  if (type !== undefined) kept['content-type'] = (type.split(';')[0] ?? '').trim().toLowerCase();
  return kept;
}

function isSslCheck(headers: Record<string, string>, bytes: Buffer): boolean {
  return (
    headers['content-type'] === 'application/x-www-form-urlencoded' &&
    new URLSearchParams(bytes.toString('utf8')).get('ssl_check') === '1'
  );
}

function clockProblem(timestamp: string, nowMs: number): string | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return 'no usable timestamp';
  const ageSeconds = Math.floor(nowMs / 1000) - Number(timestamp);
  if (ageSeconds > clockWindowSeconds) return `signed ${ageSeconds} s ago, more than ${clockWindowSeconds} s`;
  if (ageSeconds < -clockWindowSeconds)
    return `signed ${-ageSeconds} s in the future, more than ${clockWindowSeconds} s`;
  return undefined;
}

function signatureProblem(
  signature: string,
  timestamp: string,
  bytes: Buffer,
  secrets: readonly string[],
): string | undefined {
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return 'not a v0 signature';
  const given = Buffer.from(signature.slice(3), 'hex');
  // An empty secret would let anybody sign, so it never counts.
  const usable = secrets.filter((secret) => secret.length > 0);
  if (usable.length === 0) return 'no signing secret is configured';
  const matches = usable.map((secret) => {
    const wanted = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest();
    return timingSafeEqual(given, wanted);
  });
  return matches.includes(true) ? undefined : 'wrong signature';
}
