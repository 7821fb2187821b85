import type { RedisTarget } from '../../../targets/redis.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { attempt } from '../../redis-switchover/attempt.ts';
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
  const all = [...target.members, ...work.sentinels];
  await Promise.all(all.map((member) => attempt(() => endWorkers(member))));
  return finish(work, { heldAtMs: null, evidence: [], ordered: work.expected, fence: fenceSince(null) }, again);
}
