import type { FailoverResult } from '../../targets/failover.ts';
import { answerWithin } from '../redis-switchover/answer-within.ts';
import { attempt } from '../redis-switchover/attempt.ts';
import { endWorkers } from '../redis-switchover/hold.ts';
import { standingOf } from '../redis-switchover/standing.ts';
import { answerOf } from './fence.ts';
import { finish, type Ending } from './finish.ts';
import { needsHuman, notDone } from './result.ts';
import type { Work } from './work.ts';

const ANSWER_MS = 1000;

/** What became of it, and the rest of it. Whoever began it is cut off first, dead or alive: it orders the new primary and nobody else. */
export async function settle(work: Work, ending: Ending): Promise<FailoverResult | 'unknown'> {
  const { to, order, others, watch, target } = work;
  watch.begin('Look what became of it');
  if (!to) return 'unknown';
  const [cut] = await Promise.all([to, ...others].map((member) => attempt(() => endWorkers(member))));
  if (!cut || !('done' in cut)) return 'unknown';
  const now = await answerWithin(ANSWER_MS, standingOf(to));
  if (now === undefined) return 'unknown';
  const fence = target.fence && (await answerOf(() => target.fence!.look()));
  if (now.role === 'primary')
    return finish(work, { evidence: [], isFenced: fence?.says === 'closed', loss: acceptedWords(work) }, ending);
  if (fence === undefined || fence.says === 'open') return notDone(watch, `${order.to} was not promoted.`);
  // Whether we had closed it, or somebody before us, nobody knows.
  return needsHuman(watch, `${order.to} was not promoted, and clients may be kept away (${fence.sentence}).`, [
    `Open it when ${order.from} is to take writes again: ${target.fence?.means}.`,
  ]);
}

function acceptedWords({ order: { acceptedLoss, from } }: Work): string {
  const { seconds } = acceptedLoss;
  return seconds === null
    ? `What ${from} had acknowledged and not copied is lost; how much that is nobody knows.`
    : `At most what was accepted, ${seconds} s of acknowledged writes before ${from} fell silent; not exact.`;
}
