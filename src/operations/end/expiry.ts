/** How long a plan may be approved: a session changes quickly. */
const PLAN_MINUTES = 15;

/** ISO time after which no approval of a plan counts. */
export function expiryOf(startedAt: string): string {
  return new Date(Date.parse(startedAt) + PLAN_MINUTES * 60_000).toISOString();
}
