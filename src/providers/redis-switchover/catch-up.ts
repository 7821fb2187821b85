import { setTimeout as sleep } from 'node:timers/promises';
import { bytesText } from '../../checks/wording.ts';
import type { RedisMember } from '../../targets/redis.ts';
import { answerWithin } from './answer-within.ts';
import { behindBytes, standingOf } from './standing.ts';

const LOOK_EVERY_MS = 5;

/** All that the primary had, in bytes of its log; or one sentence why it is not there at the other server. */
export type CaughtUp = { offsetBytes: number } | { why: string };

/**
 * Waits until a replica has applied every byte that the primary has now; writes have to be held on it, or there is no "now". The
 * replica is asked itself: what the primary knows of it is up to a second old.
 */
export async function catchUp(from: RedisMember, to: RedisMember, untilMs: number): Promise<CaughtUp> {
  const leftMs = () => untilMs - performance.now();
  const primary = await answerWithin(leftMs(), standingOf(from));
  if (primary === undefined) return { why: `${from.name} did not answer in time.` };
  if (primary.role !== 'primary') return { why: `${from.name} does not take writes any more.` };
  let behind: number | null | undefined;
  while (leftMs() > 0) {
    const replica = await answerWithin(leftMs(), standingOf(to));
    behind = replica && behindBytes(primary, replica);
    if (behind === 0) return { offsetBytes: primary.offsetBytes };
    if (behind === null) return { why: `${to.name} does not follow ${from.name} any more.` };
    await sleep(LOOK_EVERY_MS);
  }
  return {
    why:
      behind === undefined
        ? `${to.name} did not answer in time.`
        : `${to.name} was still ${bytesText(behind ?? 0)} behind.`,
  };
}
