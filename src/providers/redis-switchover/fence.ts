import type { SwitchoverOrder } from '../../targets/switchover.ts';
import { FENCE_MS } from './hold.ts';
import type { Standing } from './standing.ts';

/** Our own hold on the old primary, since both servers were compared under it; times as of `performance.now()`. */
export type Fence = {
  /** Both were compared after a hold that was asked for at this moment. */
  compared(askedAtMs: number): void;
  /** Held once more. Where the hold before had run out, a write may have come between: that is no fence until it is compared again. */
  renewed(askedAtMs: number, answeredAtMs: number): void;
  standsAt(ms: number): boolean;
};

/** A fence that stands as if it was asked for at that moment; null is none. */
export function fenceSince(askedAtMs: number | null): Fence {
  let untilMs = askedAtMs === null ? -Infinity : askedAtMs + FENCE_MS;
  return {
    compared: (atMs) => void (untilMs = atMs + FENCE_MS),
    renewed: (atMs, answeredAtMs) => void (untilMs = answeredAtMs < untilMs ? atMs + FENCE_MS : -Infinity),
    standsAt: (ms) => ms < untilMs,
  };
}

/**
 * Pure: why nobody can say whether acknowledged writes were lost, in one sentence; undefined where none was: the old primary was seen as
 * a replica, the same process as in the plan, while the fence stood.
 */
export function whyUnsure(
  from: Standing | undefined,
  { from: name, to, identity }: SwitchoverOrder,
  { fence, atMs }: { fence: Fence; atMs: number },
): string | undefined {
  if (from === undefined) return `${name} does not answer, so that it cannot be compared with ${to}.`;
  if (from.runId !== identity[`run id of ${name}`])
    return `${name} was started again meanwhile, and a start ends a hold.`;
  if (from.role === 'replica' && fence.standsAt(atMs)) return undefined;
  return `${name} was made a replica before it could be compared with ${to}, and its writes may not have been held then.`;
}
