import type { RedisMember } from '../../targets/redis.ts';
import { attempt } from './attempt.ts';
import { catchUp } from './catch-up.ts';
import { FENCE_MS, holdWrites } from './hold.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Whose writes are to wait, and for how long at most, for whom to have all of them. */
export type HandOver = { from: RedisMember; to: RedisMember; holdMs: number; watch: Stopwatch };

/** Writes are held on the old primary, and the other has every byte; times as of `performance.now()`. */
export type Equal = {
  heldAtMs: number;
  /** When the hold was asked for under which both were compared. */
  comparedAtMs: number;
  offsetBytes: number;
};

/** For the comparison right before the promotion, after the hold was renewed: both servers have just answered. */
const COMPARE_MS = 1000;

/**
 * Holds the writes of a primary until another server has every byte of it, and once more for as long as whoever settles may need to
 * come; or one sentence why that failed. Then the hold is still to be ended.
 */
export async function holdUntilEqual({ from, to, holdMs, watch }: HandOver): Promise<Equal | { why: string }> {
  watch.begin('Catch up');
  const heldAtMs = performance.now();
  const held = await attempt(() => holdWrites(from, holdMs));
  if (!('done' in held)) return { why: `${from.name} did not hold its writes:` };
  const caught = await catchUp(from, to, heldAtMs + holdMs);
  if ('why' in caught) return caught;
  // Renewed first and compared after it: a write that slipped in between is waited for like the others.
  const comparedAtMs = performance.now();
  const renewed = await attempt(() => holdWrites(from, FENCE_MS));
  if (!('done' in renewed)) return { why: `${from.name} did not go on holding its writes:` };
  const equal = await catchUp(from, to, performance.now() + COMPARE_MS);
  return 'why' in equal ? equal : { heldAtMs, comparedAtMs, offsetBytes: equal.offsetBytes };
}
