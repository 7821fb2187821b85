import type { FailoverOrder } from '../../targets/failover.ts';
import type { RedisMember } from '../../targets/redis.ts';
import { answerWithin } from '../redis-switchover/answer-within.ts';
import { standing } from '../redis-switchover/standing.ts';
import { linkIn } from './link.ts';
import { addressName, positionName, REPLICATION_ID } from './look.ts';

const ANSWER_MS = 1000;

/** Why a replica may have been promoted since the plan and be a replica again, in one sentence; undefined where it was not. */
export type WhyChanged = (to: RedisMember, order: FailoverOrder) => Promise<string | undefined>;

export const whyChanged: WhyChanged = async (to, order) => {
  const said = await answerWithin(ANSWER_MS, to.info());
  return said ? whyNotAsPlanned(said, order) : `${to.name} does not answer.`;
};

/**
 * Pure: whether the log of a replica is the one of the plan, without a break. A server that was promoted and follows again gets a whole copy,
 * and its backlog begins after it: that it has the old history and position again proves nothing.
 * https://redis.io/docs/latest/commands/info/ (replication)
 */
export function whyNotAsPlanned(
  said: { readonly [field: string]: string },
  { from, to, identity }: Pick<FailoverOrder, 'from' | 'to' | 'identity'>,
): string | undefined {
  const link = linkIn(said);
  const { replicationId, offsetBytes } = standing(to, said);
  const planned = Number(identity[positionName(to)]);
  const histories = String(identity[REPLICATION_ID] ?? '').split(' ');
  if (!link) return `${to} is a primary.`;
  if (link.follows !== identity[addressName(from)]) return `${to} follows ${link.follows} now, and not ${from}.`;
  if (link.state === 'syncing') return `${to} is being sent a whole copy.`;
  if (replicationId === '' || !histories.includes(replicationId))
    return `${to} has another history (replication id) than in the plan.`;
  if (!(offsetBytes >= planned)) return `${to} is behind its log position in the plan.`;
  if (!(Number(said['repl_backlog_first_byte_offset']) <= planned + 1))
    return `${to} does not keep the log back to its position in the plan: it may have been sent a whole copy since.`;
  return undefined;
}
