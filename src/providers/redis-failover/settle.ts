import type { FailoverResult } from '../../targets/failover.ts';
import { durationText } from '../../checks/wording.ts';
import type { RedisMember } from '../../targets/redis.ts';
import { answerWithin } from '../redis-switchover/answer-within.ts';
import { attempt } from '../redis-switchover/attempt.ts';
import { LOOK_YOURSELF } from '../redis-switchover/ending.ts';
import { endWorkers } from '../redis-switchover/hold.ts';
import { standingOf, type Standing } from '../redis-switchover/standing.ts';
import type { Manner } from './carry-out.ts';
import { answerOf } from './fence.ts';
import { needsHuman, notDone } from './result.ts';
import { whyChanged, type WhyChanged } from './unchanged.ts';
import type { Work } from './work.ts';

const ANSWER_MS = 1000;

/** How the new primary stands once no order can reach it any more; undefined where it does not say. */
export type Stands = (to: RedisMember) => Promise<Standing | undefined>;

export const standsNow: Stands = (to) => answerWithin(ANSWER_MS, standingOf(to));

/** How one kind of group tells what became of the replica. */
export type Asks = { stands: Stands; whyChanged: WhyChanged };

/** What became of it, and the rest of it. Whoever began it is cut off first, dead or alive: it orders the new primary before anybody else. */
export async function settle(
  work: Work,
  { end }: Pick<Manner, 'end'>,
  asks: Asks = { stands: standsNow, whyChanged },
): Promise<FailoverResult | 'unknown'> {
  const { to, others, watch } = work;
  watch.begin('Look what became of it');
  if (!to) return 'unknown';
  const [cut] = await Promise.all([to, ...others].map((member) => attempt(() => endWorkers(member))));
  if (!cut || !('done' in cut)) return 'unknown';
  const now = await asks.stands(to);
  if (now === undefined) return 'unknown';
  if (now.role === 'primary') return promoted(work, end);
  const changed = await asks.whyChanged(to, work.order);
  return changed === undefined ? notPromoted(work) : needsHuman(watch, undone(to.name, changed), LOOK_YOURSELF);
}

/** Pure: what nobody can rule out of a server that is a replica, and not as in the plan. */
export function undone(to: string, changed: string): string {
  return `${to} is a replica, and may have been promoted meanwhile: ${changed} What it took then is discarded.`;
}

async function promoted(work: Work, end: Manner['end']): Promise<FailoverResult> {
  const { target, order } = work;
  const { seconds } = order.acceptedLoss;
  const loss =
    seconds === null
      ? `What ${order.from} had acknowledged and not copied is lost; how much that is nobody knows.`
      : `At most what was accepted, what ${order.from} acknowledged in the ${durationText(seconds)} before it was seen dead; not exact.`;
  const { fence } = target;
  const isFenced = fence !== undefined && (await answerOf(() => fence.look())).says === 'closed';
  return end(work, { evidence: [], isFenced, loss });
}

/** Whether we had closed a fence, or somebody before us, nobody knows. */
async function notPromoted({ target: { fence }, order, watch }: Work): Promise<FailoverResult> {
  const why = `${order.to} was not promoted`;
  const stands = fence && (await answerOf(() => fence.look()));
  if (!fence || stands?.says === 'open') return notDone(watch, `${why}.`);
  return needsHuman(watch, `${why}, and clients may be kept away (${stands?.sentence}).`, [
    `Let clients in again when ${order.from} is to take writes as before (${fence.means}).`,
  ]);
}
