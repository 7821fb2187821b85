import { setTimeout as sleep } from 'node:timers/promises';
import { parseClusterNodes } from '../../../targets/cluster-nodes.ts';
import type { FailoverResult } from '../../../targets/failover.ts';
import type { RedisMember } from '../../../targets/redis.ts';
import type { Begun } from '../../redis-failover/carry-out.ts';
import { needsHuman, notDone } from '../../redis-failover/result.ts';
import { undone, type Stands } from '../../redis-failover/settle.ts';
import { whyChanged, type WhyChanged } from '../../redis-failover/unchanged.ts';
import type { Work } from '../../redis-failover/work.ts';
import { whyNoWrites } from '../../redis-failover/finish.ts';
import { formerPrimary, whyAPerson, type Former } from '../../redis-failover/former.ts';
import { answerWithin } from '../../redis-switchover/answer-within.ts';
import { standingOf, type Standing } from '../../redis-switchover/standing.ts';
import { agreement, EPOCH, isElected, settledAfterMs } from '../switchover/finish.ts';

const LOOK_EVERY_MS = 20;
const ANSWER_MS = 1000;
const AGREED_MS = 3000;

/** Waits until a replica is the primary, or cannot become one by an order any more; undefined where it does not say. */
export const standsAtLast: Stands = async (to) => {
  let now: Standing | undefined;
  for (const untilMs = performance.now() + settledAfterMs; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    now = await answerWithin(ANSWER_MS, standingOf(to));
    if (now?.role === 'primary') return now;
  }
  return now;
};

/** The replica was ordered to take over: looks whether it was elected, and whether the nodes agree. */
export async function finish(work: Work, begun: Begun): Promise<FailoverResult> {
  const { to, order, watch } = work;
  const now = to && (await standsAtLast(to));
  if (!to || now === undefined) return needsHuman(watch, `${order.to} does not answer any more.`, LOOK);
  if (now.role === 'replica') return notElected(work, begun, to);
  if (!(await isElected(to, order)))
    return needsHuman(watch, `${order.to} took over without being elected, and the cluster may take that back.`, LOOK);
  watch.begin('Agree');
  const [agreed, asked] = await untilAgreed(work);
  const former = await formerPrimary(work, now);
  const why = whyAPerson(former, order);
  const sees = `${to.name} has the slots; ${agreed} of ${asked} nodes see it so.`;
  return {
    ended: why === null ? 'failed-over' : 'needs-a-human',
    why,
    oldPrimary: begun.isFenced || former.stands === 'follows' ? 'fenced' : 'unknown',
    loss: { exact: false, sentences: [begun.loss, ...former.loss] },
    phases: watch.phases(),
    evidence: [...begun.evidence, sees, ...former.evidence],
    left: [...formerWords(former, order), ...whyNoWrites(now), ...(await stateLeft(to))],
  };
}

async function notElected({ order, watch }: Work, { isFenced }: Begun, to: RedisMember): Promise<FailoverResult> {
  const changed = await whyOfAnotherEpoch(to, order);
  if (changed !== undefined) return needsHuman(watch, undone(to.name, changed), LOOK);
  return isFenced
    ? needsHuman(watch, `${to.name} was not elected, and clients are kept away.`, LOOK)
    : notDone(watch, `${to.name} was not elected within 5 s.`);
}

/** A replica is listed with the epoch of its primary: each election raises it. https://redis.io/docs/latest/commands/cluster-nodes/ */
export const whyOfAnotherEpoch: WhyChanged = async (to, order) => {
  const view = await answerWithin(ANSWER_MS, to.call('CLUSTER', 'NODES'));
  const own = parseClusterNodes(view).find(({ flags }) => flags.includes('myself'));
  if (own?.configEpoch !== Number(order.identity[EPOCH])) return `its slots have another epoch than in the plan.`;
  return whyChanged(to, order);
};

const LOOK = ['Look who serves the slots: /db health.'];

async function untilAgreed({ target, order }: Work): Promise<[number, number]> {
  for (const untilMs = performance.now() + AGREED_MS; ; await sleep(LOOK_EVERY_MS)) {
    const [agreed, asked] = await agreement(target, order);
    if (agreed === asked || performance.now() > untilMs) return [agreed, asked];
  }
}

/** The cluster makes it a replica, by the epoch of the slots; nobody has to, and nobody can keep what only it has. */
export function formerWords(
  { stands }: Pick<Former, 'stands'>,
  { from, to }: Pick<Work['order'], 'from' | 'to'>,
): string[] {
  if (stands === 'follows') return [];
  if (stands !== 'away')
    return [
      `Keep clients away from ${from} at once, and look at CLUSTER NODES there: once it hears the others it follows ${to} by itself, and what only it has is discarded. Save its data before that if you need it.`,
    ];
  return [
    `When ${from} is back it follows ${to} by itself, and what only it has is discarded: save its files before it is started if you need that.`,
  ];
}

/** A cluster without all of its slots may take no writes at all (`cluster-require-full-coverage`). */
async function stateLeft(to: RedisMember): Promise<string[]> {
  const said = String(await answerWithin(ANSWER_MS, to.call('CLUSTER', 'INFO')));
  const state = /cluster_state:(\w+)/.exec(said)?.[1] ?? 'unknown';
  return state === 'ok' ? [] : [`${to.name} says cluster_state:${state}: see /db health for what else is missing.`];
}
