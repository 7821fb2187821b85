import { setTimeout as sleep } from 'node:timers/promises';
import type { SwitchoverResult } from '../../../targets/switchover.ts';
import { answerWithin } from '../../redis-switchover/answer-within.ts';
import { attempt } from '../../redis-switchover/attempt.ts';
import { demote } from '../../redis-switchover/demote.ts';
import {
  LOOK_YOURSELF,
  letGo,
  refusesToFollow,
  rollBack,
  type Begun,
  type Known,
} from '../../redis-switchover/ending.ts';
import { whyUnsure } from '../../redis-switchover/fence.ts';
import { FENCE_MS, holdWrites } from '../../redis-switchover/hold.ts';
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
    const ended = await make(last, { group, atMs: performance.now() }, work, begun);
    if (ended) return ended;
    if (isToBeHeld(group, begun) && performance.now() - renewedAtMs > RENEW_MS) {
      await renew(work, begun);
      renewedAtMs = performance.now();
    }
    await sleep(LOOK_EVERY_MS);
  }
  const waited = 'for' in last ? last.for : 'the end';
  return needsHuman(work.watch, `After ${FINISH_MS / 1000} s it still waits for ${waited}.`, LOOK_YOURSELF);
}

/** A group, and the moment at which all of it had answered. */
type Seen = { group: Group; atMs: number };

/** Makes a move; the result where nothing is left to be done after it. */
async function make(move: Move, seen: Seen, work: Work, begun: Begun): Promise<SwitchoverResult | undefined> {
  switch (move.move) {
    case 'wait':
      return undefined;
    case 'ask-a-human':
      return needsHuman(work.watch, move.why, LOOK_YOURSELF);
    case 'release':
      return rollBack(work.from, work.watch, move.why);
    case 'let-go':
      return seen.group.from ? letGo(work, known(seen, work, begun)) : letGoWithout(seen, work, begun);
    case 'demote': {
      const refused = await sendOver(work, begun);
      return refused === undefined ? undefined : refusesToFollow(work.watch, work.order, refused);
    }
  }
}

/**
 * The Sentinels end every connection to a server that they demote: one that answers again is looked at once more. One that does not is
 * left alone, for nobody has seen that it takes no writes.
 */
async function letGoWithout(seen: Seen, work: Work, begun: Begun): Promise<SwitchoverResult | undefined> {
  const back = work.from && (await answerWithin(SERVER_ANSWER_MS, standingOf(work.from)));
  return back ? undefined : letGo({ ...work, from: undefined }, known(seen, work, begun));
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

async function renew({ from }: Work, { fence }: Begun): Promise<void> {
  const askedAtMs = performance.now();
  const held = from && (await attempt(() => holdWrites(from, FENCE_MS)));
  if (held && 'done' in held) fence.renewed(askedAtMs, performance.now());
}

function known({ group, atMs }: Seen, { order }: Work, { heldAtMs, evidence, fence }: Begun): Known {
  const named = `${order.to} is the primary, and most Sentinels send clients to it.`;
  return { heldAtMs, evidence: [...evidence, named], unsure: whyUnsure(group.from, order, { fence, atMs }) };
}

/** Why the old primary will not follow. An answer that was lost is looked at in the next round. */
async function sendOver({ from, to, toAddress, watch }: Work, { fence }: Begun): Promise<string | undefined> {
  if (!from || !to) return undefined;
  watch.begin('Send clients over');
  const tried = await demote({ from, to, toAddress }, fence);
  return typeof tried === 'object' ? tried.refused : undefined;
}
