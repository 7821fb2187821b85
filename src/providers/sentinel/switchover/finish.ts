import { setTimeout as sleep } from 'node:timers/promises';
import type { SwitchoverResult } from '../../../targets/switchover.ts';
import { answerWithin } from '../../redis-switchover/answer-within.ts';
import { attempt } from '../../redis-switchover/attempt.ts';
import { follow } from '../../redis-switchover/demote.ts';
import {
  FENCE_MS,
  LOOK_YOURSELF,
  letGo,
  refusesToFollow,
  rollBack,
  type Begun,
} from '../../redis-switchover/ending.ts';
import { holdWrites } from '../../redis-switchover/hold.ts';
import { lastingMember, type OpenedMember } from '../../redis-switchover/lasting-member.ts';
import { needsHuman } from '../../redis-switchover/result.ts';
import { standingOf } from '../../redis-switchover/standing.ts';
import { isToBeHeld, nextMove, type Group, type Move } from './next-move.ts';
import { addressOf, viewOf } from './sentinel-view.ts';
import type { Work } from './work.ts';

const RENEW_MS = 5000;

/** Together with what came before, less than the 45 s after which the connections are cut. */
const FINISH_MS = 30_000;
/** Nobody but whoever takes over from us ends our connections to the Sentinels; then it is not for us to go on. */
const BLIND_MS = 3000;
const LOOK_EVERY_MS = 20;
const SENTINEL_ANSWER_MS = 500;
const SERVER_ANSWER_MS = 1000;

/** `ordered`: the Sentinels that may have the order, all where nobody knows which. */
export type BegunBySentinels = Begun & { ordered: readonly string[] };

/** Looks and does what is needed, until one of the two takes the writes and the other does not. */
export async function finish(
  work: Work,
  begun: BegunBySentinels,
  again: (name: string) => Promise<OpenedMember>,
): Promise<SwitchoverResult> {
  const lasting = [work.from, work.to].map((one) => one && lastingMember(one, () => again(one.name)));
  try {
    return await finishOn({ ...work, from: lasting[0]?.member, to: lasting[1]?.member }, begun);
  } finally {
    await Promise.all(lasting.map(async (one) => one?.close()));
  }
}

async function finishOn(work: Work, begun: BegunBySentinels): Promise<SwitchoverResult> {
  const untilMs = performance.now() + FINISH_MS;
  let renewedAtMs = performance.now();
  let seenAtMs = performance.now();
  let last: Move = { move: 'wait', for: 'an answer' };
  while (performance.now() < untilMs) {
    const group = await look(work, begun);
    if (group.views.length > 0) seenAtMs = performance.now();
    if (performance.now() - seenAtMs > BLIND_MS)
      return needsHuman(work.watch, 'No Sentinel answers any more.', LOOK_YOURSELF);
    last = nextMove(group);
    const ended = await make(last, work, begun);
    if (ended) return ended;
    if (isToBeHeld(group, begun) && performance.now() - renewedAtMs > RENEW_MS) {
      await renew(work);
      renewedAtMs = performance.now();
    }
    await sleep(LOOK_EVERY_MS);
  }
  const waited = 'for' in last ? last.for : 'the end';
  return needsHuman(work.watch, `After ${FINISH_MS / 1000} s it still waits for ${waited}.`, LOOK_YOURSELF);
}

/** Makes a move; the result where nothing is left to be done after it. */
async function make(move: Move, work: Work, begun: Begun): Promise<SwitchoverResult | undefined> {
  switch (move.move) {
    case 'wait':
      return undefined;
    case 'ask-a-human':
      return needsHuman(work.watch, move.why, LOOK_YOURSELF);
    case 'release':
      return rollBack(work.from, work.watch, move.why);
    case 'let-go':
      return letGo(work, namedBySentinels(work, begun));
    case 'demote': {
      const refused = await demote(work);
      return refused === undefined ? undefined : refusesToFollow(work.watch, work.order, refused);
    }
  }
}

/** First the Sentinels, then the servers: see `Group`. */
async function look(work: Work, { ordered }: BegunBySentinels): Promise<Group> {
  const views = await Promise.all(
    work.sentinels.map((one) => answerWithin(SENTINEL_ANSWER_MS, viewOf(one, work.masterName))),
  );
  const [from, to] = await Promise.all(
    [work.from, work.to].map(async (one) => one && answerWithin(SERVER_ANSWER_MS, standingOf(one))),
  );
  return {
    from,
    to,
    toAddress: addressOf(work.toAddress),
    fromAddress: work.fromAddress,
    expected: work.expected,
    ordered,
    views: views.filter((view) => view !== undefined),
  };
}

async function renew({ from }: Work): Promise<void> {
  if (from) await attempt(() => holdWrites(from, FENCE_MS));
}

function namedBySentinels({ order }: Work, { heldAtMs, evidence }: Begun): Begun {
  return { heldAtMs, evidence: [...evidence, `${order.to} is the primary, and most Sentinels send clients to it.`] };
}

/** Why the old primary will not follow. An answer that was lost is looked at in the next round. */
async function demote({ from, toAddress, watch }: Work): Promise<string | undefined> {
  if (!from) return undefined;
  watch.begin('Send clients over');
  const tried = await follow(from, toAddress);
  return 'refused' in tried ? tried.refused : undefined;
}
