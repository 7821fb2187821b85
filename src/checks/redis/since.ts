import type { Before } from '../../core/check.ts';

/** A member whose counters can be compared: they begin again at 0 when the run id changes. */
export type Counted = { name: string; runId: string | null };

/** What this member said at the earlier look; undefined without one, or when the server was started again since. */
export function earlierOf<M extends Counted>(
  now: M,
  before: Before<{ read: { members: readonly M[] } }> | undefined,
): { past: M; secondsAgo: number } | undefined {
  const past = before?.samples.read.members.find(({ name }) => name === now.name);
  if (!before || !past || past.runId === null || past.runId !== now.runId || before.secondsAgo <= 0) return undefined;
  return { past, secondsAgo: before.secondsAgo };
}

/** Growth of a counter; undefined where a server does not count it, or when CONFIG RESETSTAT set it back. */
export function growthOf(now: number | null, then: number | null): number | undefined {
  if (now === null || then === null || now < then) return undefined;
  return now - then;
}
