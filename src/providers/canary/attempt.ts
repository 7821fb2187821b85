import type { CanaryAttempt } from '../../targets/canary.ts';
import type { Acknowledged, CanaryPen } from './pen.ts';

/** A client that waits for longer counts as one that was not served. */
export const ATTEMPT_MS = 1000;

export type Tried = { attempt: CanaryAttempt; acknowledged?: Acknowledged };

/** One write within its time; what comes later is not listened to. `sinceMs`: the beginning of the series. Never throws. */
export async function tryOnce(pen: CanaryPen, sinceMs: number, ended: AbortSignal): Promise<Tried> {
  const startMs = performance.now();
  const late = AbortSignal.timeout(ATTEMPT_MS);
  const signal = AbortSignal.any([late, ended]);
  const took = () => ({
    atMilliseconds: Math.round(startMs - sinceMs),
    tookMilliseconds: Math.round(performance.now() - startMs),
  });
  try {
    const acknowledged = await Promise.race([pen.write(signal), rejectedBy(signal)]);
    return { attempt: { ...took(), member: acknowledged.member }, acknowledged };
  } catch (thrown) {
    const why = late.aborted ? 'no answer within 1 s' : whyOf(thrown);
    return { attempt: { ...took(), member: null, why } };
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('cut off'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/**
 * In a few words and without a name or an address.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
 */
const REASONS: readonly [RegExp, string][] = [
  [/\b25006\b|read-only|^READONLY/, 'read-only'],
  [/\b57P0[123]\b|^LOADING|terminating connection/, 'starting or stopping'],
  [/\b55P03\b/, 'waits for an earlier write'],
  [/\b(?:42501|42P01|3F000|28P01|28000)\b|^NOPERM|^WRONGPASS|^NOAUTH|permission|password/i, 'the login may not'],
  [/\b53300\b|max number of clients/, 'no connection slot'],
  [/^MOVED/, 'the slots have moved'],
  [/^CLUSTERDOWN|^MASTERDOWN|^TRYAGAIN/, 'the cluster takes none'],
  [/database .* is disabled|\b08P01\b/, 'the pooler lets nobody in'],
  [/ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN/, 'nobody listens'],
];

/** Pure. */
export function whyOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) {
    const all = thrown.errors.map(whyOf);
    // That one lets nobody in says less than what the other one says.
    return all.find((why) => why !== 'nobody listens' && why !== 'connection lost') ?? all[0] ?? 'connection lost';
  }
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const message = `${code} ${thrown instanceof Error ? thrown.message : String(thrown)}`.trim();
  const bare = message.replace(/^(?:bug|permission_denied|target_unreachable|timed_out|unsupported) /, '');
  return REASONS.find(([pattern]) => pattern.test(bare))?.[1] ?? 'connection lost';
}
