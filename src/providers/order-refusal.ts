/** `not-done`: AWS said no. `throttled`: it said "later". `open`: nobody knows whether it heard. */
export type OrderRefusal = { kind: 'not-done' | 'throttled' | 'open'; sentence: string };

/** What codes mean, as a sentence without its end; `name` is what the order was for. The first that fits counts. */
export type RefusalWords = readonly (readonly [RegExp, (name: string) => string])[];

/**
 * Nothing was done, and later it may be. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html and those of each
 * action: Route 53 does one change of a zone after the other, Systems Manager one of a parameter.
 */
const THROTTLED =
  /Throttl|RequestLimitExceeded|APICallRateForCustomerExceeded|TooManyRequests|SlowDown|PriorRequestNotComplete|TooManyUpdates/;
/** The request never left: nothing listens, or there is no such name. */
const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|CredentialsProviderError|InvalidClientTokenId|NotConfigured/;

/** What every service may say. */
const SAID: RefusalWords = [
  [
    /AccessDenied|UnauthorizedOperation|NotAuthorized/,
    (name) =>
      `the failover role may not do it: tag ${name} with nightshift:failover = allowed, and look at docs/permissions.md`,
  ],
  [/^ExpiredToken|^RequestExpired/, () => 'the credentials of the failover role had expired'],
  [/^RegionDisabled|^OptInRequired/, () => 'the region is not enabled for this account'],
];

/** Pure: what a thrown value of an acting client means; `words` are those of its service. */
export function orderRefusal(thrown: unknown, { name, words }: { name: string; words: RefusalWords }): OrderRefusal {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = codeOf(error);
  const status = statusOf(error);
  if (THROTTLED.test(code) || status === 429) {
    return { kind: 'throttled', sentence: `AWS takes no more requests at the moment (${code}).` };
  }
  const said = [...words, ...SAID].find(([codes]) => codes.test(code))?.[1];
  if (said) return { kind: 'not-done', sentence: `${said(name)} (${code}: ${error.message}).` };
  if (NOT_SENT.test(code)) return { kind: 'not-done', sentence: `AWS could not be asked (${code}).` };
  // A server error may come after the order was taken, and so may silence.
  const isNo = status !== undefined && status >= 400 && status < 500 && status !== 408;
  if (isNo) return { kind: 'not-done', sentence: `AWS refused it (${code}: ${error.message}).` };
  return { kind: 'open', sentence: `AWS gave no good answer (${code}: ${error.message})` };
}

function codeOf(error: Error): string {
  const { code }: { code?: unknown } = error as { code?: unknown };
  return typeof code === 'string' && error.name === 'Error' ? code : error.name;
}

function statusOf(error: Error): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
