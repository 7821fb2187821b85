import { setTimeout as sleep } from 'node:timers/promises';
import type { FailoverResult } from '../../targets/failover.ts';
import { answerWithin } from '../redis-switchover/answer-within.ts';
import { writeRolesDown } from '../redis-switchover/demote.ts';
import { LOOK_YOURSELF } from '../redis-switchover/ending.ts';
import { standingOf, type Standing } from '../redis-switchover/standing.ts';
import type { Begun } from './carry-out.ts';
import { pointReplicas, type Followed } from './follow.ts';
import { formerPrimary, whyAPerson } from './former.ts';
import { needsHuman } from './result.ts';
import type { Work } from './work.ts';

const PROMOTED_MS = 5000;
const LOOK_EVERY_MS = 20;
const ANSWER_MS = 1000;

/** What has to be told to those who watch the servers, once there is a new primary. */
export type Ending = (work: Work) => Promise<Followed>;

/** The replica was ordered to take over: looks whether it did, and does the rest. Repeatable. */
export async function finish(work: Work, begun: Begun, ending: Ending): Promise<FailoverResult> {
  const { order, watch, to } = work;
  const promoted = await untilPrimary(work);
  if (!to || promoted?.role !== 'primary')
    return needsHuman(
      watch,
      `${order.to} did not say within ${PROMOTED_MS / 1000} s that it is the primary.`,
      LOOK_YOURSELF,
    );
  watch.begin('Point the others to it');
  const unwritten = await writeRolesDown(to);
  const told = await ending(work);
  const others = await pointReplicas(work, promoted);
  watch.begin('Look at the old primary');
  const former = await formerPrimary(work, promoted);
  const now = (await answerWithin(ANSWER_MS, standingOf(to))) ?? promoted;
  if (now.role === 'replica')
    return needsHuman(
      watch,
      `${to.name} was promoted and is a replica again: what it took is discarded.`,
      LOOK_YOURSELF,
    );
  const why = whyAPerson(former, order);
  return {
    ended: why === null ? 'failed-over' : 'needs-a-human',
    why,
    oldPrimary: begun.isFenced || former.stands === 'follows' ? 'fenced' : 'unknown',
    loss: { exact: false, sentences: [begun.loss, ...former.loss] },
    phases: watch.phases(),
    evidence: [
      ...begun.evidence,
      `${to.name} says that it is the primary.`,
      ...others.evidence,
      ...told.evidence,
      ...former.evidence,
    ],
    left: [
      ...former.left,
      ...whyNoWrites(now),
      ...told.left,
      ...others.left,
      ...(unwritten === undefined ? [] : [unwritten]),
    ],
  };
}

async function untilPrimary({ to }: Work): Promise<Standing | undefined> {
  let now: Standing | undefined;
  for (const untilMs = performance.now() + PROMOTED_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    now = to && (await answerWithin(ANSWER_MS, standingOf(to)));
    if (now?.role === 'primary') return now;
  }
  return now;
}

/**
 * Pure: why a primary may refuse writes, one sentence each. Nothing is written to see it: the room may touch no key.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/replication/#allow-writes-only-with-n-attached-replicas
 */
export function whyNoWrites({ name, goodReplicas, unsaved, loading }: Standing): string[] {
  return [
    ...(loading ? [`${name} is still loading its data.`] : []),
    ...(goodReplicas === 0
      ? [
          `${name} refuses writes until a replica follows it (min-replicas-to-write): CONFIG SET min-replicas-to-write 0 there, if none comes soon.`,
        ]
      : []),
    ...unsaved.map((one) => `${name} may refuse writes: ${one}.`),
  ];
}
