import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisMember } from '../../targets/redis.ts';
import { answerWithin } from '../redis-switchover/answer-within.ts';
import { roleOf } from './link.ts';
import { replicaSign, signText, type Primary } from './signs.ts';

const LOOKS = 3;
const LOOK_EVERY_MS = 200;
const STABLE_MS = 5000;
const ANSWER_MS = 1000;

/**
 * Waits until a replica has applied whatever the network still had for it, and says so three times; or one sentence why it does not come
 * to rest. One whose offset moves hears its primary.
 */
export async function untilStable(
  to: RedisMember,
  primary: Primary,
): Promise<{ offsetBytes: number } | { why: string }> {
  let seen: number[] = [];
  for (const untilMs = performance.now() + STABLE_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    const now = await answerWithin(ANSWER_MS, roleOf(to));
    if (!now) return { why: `${to.name} did not answer in time.` };
    if (!now.link) return { why: `${to.name} is a primary already.` };
    const sign = replicaSign(to.name, now.link, primary);
    if (sign.says !== 'dead') return { why: signText(sign) };
    const { offsetBytes } = now.standing;
    seen = seen.every((one) => one === offsetBytes) ? [...seen, offsetBytes] : [offsetBytes];
    if (seen.length >= LOOKS) return { offsetBytes };
  }
  return { why: `${to.name} still got writes for ${STABLE_MS / 1000} s.` };
}
