import type { CanaryAttempt, CanaryRecord } from '../../targets/canary.ts';

/**
 * The longest time without an acknowledged canary write, in milliseconds since the first attempt. `isOpen`: it began before the first
 * attempt, or went on after the last one, so that it was longer.
 */
export type WriteGap = {
  fromMilliseconds: number;
  toMilliseconds: number;
  isOpen: boolean;
  failed: number;
  /** So far apart were attempts at most, meanwhile: what is measured can be wrong by so much. */
  resolutionMilliseconds: number;
};

/** Pure: null where nothing was acknowledged at all, so that nothing is measured. */
export function gapOf({ attempts, everyMilliseconds }: CanaryRecord): WriteGap | null {
  if (!attempts.some(isAcknowledged)) return null;
  const gaps = gapsOf(attempts);
  const widest = gaps.toSorted((one, other) => lengthOf(other) - lengthOf(one))[0];
  if (!widest) return null;
  return { ...widest, resolutionMilliseconds: Math.max(everyMilliseconds, apart(attempts, widest)) };
}

type Stretch = Omit<WriteGap, 'resolutionMilliseconds'>;

/** From each answer to the next one. Neither the wait before a first attempt that was answered nor that after the last is one. */
function gapsOf(attempts: readonly CanaryAttempt[]): Stretch[] {
  const gaps: Stretch[] = [];
  let [fromMilliseconds, failed, isFirst] = [0, 0, true];
  for (const one of attempts) {
    if (!isAcknowledged(one)) {
      failed += 1;
      continue;
    }
    const toMilliseconds = answeredAt(one);
    if (!isFirst || failed > 0) gaps.push({ fromMilliseconds, toMilliseconds, failed, isOpen: isFirst });
    [fromMilliseconds, failed, isFirst] = [toMilliseconds, 0, false];
  }
  const last = attempts.at(-1);
  if (failed > 0 && last) gaps.push({ fromMilliseconds, toMilliseconds: answeredAt(last), failed, isOpen: true });
  return gaps;
}

function isAcknowledged({ member }: CanaryAttempt): boolean {
  return member !== null;
}

export function answeredAt({ atMilliseconds, tookMilliseconds }: CanaryAttempt): number {
  return atMilliseconds + tookMilliseconds;
}

/** Pure: whether writes stood still for so long that it can be told from the time between two attempts. */
export function isStill({ everyMilliseconds }: CanaryRecord, gap: WriteGap): boolean {
  return gap.failed > 0 || lengthOf(gap) > 2 * everyMilliseconds;
}

export function lengthOf({ fromMilliseconds, toMilliseconds }: Stretch): number {
  return toMilliseconds - fromMilliseconds;
}

function apart(attempts: readonly CanaryAttempt[], { fromMilliseconds, toMilliseconds }: Stretch): number {
  const within = attempts.filter((one) => answeredAt(one) >= fromMilliseconds && one.atMilliseconds <= toMilliseconds);
  const steps = within.slice(1).map(({ atMilliseconds }, n) => atMilliseconds - (within[n]?.atMilliseconds ?? 0));
  return Math.max(0, ...steps);
}
