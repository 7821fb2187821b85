import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisMember } from '../../../targets/redis.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { answerWithin } from '../../redis-switchover/answer-within.ts';
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
import { lastingMember, type OpenedMember } from '../../redis-switchover/lasting-member.ts';
import { needsHuman } from '../../redis-switchover/result.ts';
import { standingOf, type Standing } from '../../redis-switchover/standing.ts';
import type { Stopwatch } from '../../redis-switchover/stopwatch.ts';
import { nextMove, type Move } from './next-move.ts';

/** The two servers of an order; one that could not be reached is undefined. */
export type Pair = {
  order: SwitchoverOrder;
  from: RedisMember | undefined;
  to: RedisMember | undefined;
  /** Of the new primary, as the old one reaches it. */
  toAddress: { host: string; port: string };
  watch: Stopwatch;
};

const FINISH_MS = 10_000;
const LOOK_EVERY_MS = 20;
const ANSWER_MS = 1000;

/**
 * Looks and does what is needed, until one of the two takes the writes and the other does not. The old primary is connected to again, so
 * that one that was away follows when it is back. The new one is not: nobody but whoever takes over from us ends that connection.
 */
export async function finish(
  pair: Pair,
  begun: Begun,
  again: (name: string) => Promise<OpenedMember>,
): Promise<SwitchoverResult> {
  const lasting = pair.from && lastingMember(pair.from, () => again(pair.order.from));
  try {
    return await finishOn({ ...pair, from: lasting?.member }, begun);
  } finally {
    await lasting?.close();
  }
}

async function finishOn(pair: Pair, begun: Begun): Promise<SwitchoverResult> {
  let last: Move = { move: 'wait', for: 'an answer' };
  for (const untilMs = performance.now() + FINISH_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    const seen = await look(pair);
    last = nextMove(seen.former, seen.promoted, addressOf(pair));
    const ended = await make(last, seen, pair, begun);
    if (ended) return ended;
  }
  const waited = 'for' in last ? last.for : 'the end';
  return needsHuman(pair.watch, `After ${FINISH_MS / 1000} s it still waits for ${waited}.`, LOOK_YOURSELF);
}

/** What both say, and the moment at which they had answered. */
type Seen = { former: Standing | undefined; promoted: Standing | undefined; atMs: number };

async function look({ from, to }: Pair): Promise<Seen> {
  const [former, promoted] = await Promise.all(
    [from, to].map(async (one) => one && answerWithin(ANSWER_MS, standingOf(one))),
  );
  return { former, promoted, atMs: performance.now() };
}

/** Makes a move; the result where nothing is left to be done after it. */
async function make(move: Move, seen: Seen, pair: Pair, begun: Begun): Promise<SwitchoverResult | undefined> {
  const { from, to, order, watch, toAddress } = pair;
  if (move.move === 'ask-a-human') return needsHuman(watch, move.why, LOOK_YOURSELF);
  if (move.move === 'release') return rollBack(from, watch, `${order.to} was not promoted:`);
  if (move.move === 'let-go') return letGo(pair, known(seen, order, begun), to ? [to] : []);
  if (move.move === 'wait' || !from || !to) return undefined;
  watch.begin('Send clients over');
  const tried = await demote({ from, to, toAddress }, begun.fence);
  return typeof tried === 'object' ? refusesToFollow(watch, order, tried.refused) : undefined;
}

function known({ former, atMs }: Seen, order: SwitchoverOrder, { heldAtMs, evidence, fence }: Begun): Known {
  const taken = `${order.to} is the primary, and ${order.from} takes no writes any more.`;
  return { heldAtMs, evidence: [...evidence, taken], unsure: whyUnsure(former, order, { fence, atMs }) };
}

function addressOf({ toAddress: { host, port } }: Pair): string {
  return `${host}:${port}`;
}
