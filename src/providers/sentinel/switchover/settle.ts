import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { attempt, type Attempt } from '../../redis-switchover/attempt.ts';
import { fenceSince } from '../../redis-switchover/fence.ts';
import { endWorkers } from '../../redis-switchover/hold.ts';
import type { OpenedMember } from '../../redis-switchover/lasting-member.ts';
import { finish } from './finish.ts';
import { workOf } from './work.ts';

/** What became of it, and the rest of it. Whoever began it is cut off first, dead or alive. */
export async function settle(
  target: RedisTarget,
  order: SwitchoverOrder,
  again: (name: string) => Promise<OpenedMember>,
): Promise<SwitchoverResult | 'unknown'> {
  const work = workOf(target, order);
  if (!work || (!work.from && !work.to)) return 'unknown';
  work.watch.begin('Look what became of it');
  const [cuts] = await Promise.all([
    Promise.all(work.sentinels.map(cutOff)),
    ...target.members.map((member) => attempt(() => endWorkers(member))),
  ]);
  const sentinels = cutSentinels(cuts);
  if (sentinels === undefined) return 'unknown';
  return finish(
    { ...work, sentinels },
    { heldAtMs: null, evidence: [], ordered: work.expected, fence: fenceSince(null) },
    again,
  );
}

/** What ending the connections of the worker said at one Sentinel. */
export type Cut = { sentinel: RedisMember; tried: Attempt<number> };

async function cutOff(sentinel: RedisMember): Promise<Cut> {
  return { sentinel, tried: await attempt(() => endWorkers(sentinel)) };
}

/**
 * Pure: the Sentinels to go on with. One that refused to cut the worker off can still get its order: then nobody knows, which is
 * undefined. One that did not answer is not listened to later either, for it may have the order as well.
 */
export function cutSentinels(cuts: readonly Cut[]): readonly RedisMember[] | undefined {
  if (cuts.some(({ tried }) => 'refused' in tried)) return undefined;
  return cuts.flatMap(({ sentinel, tried }) => ('done' in tried ? [sentinel] : []));
}
