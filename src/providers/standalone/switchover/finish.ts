import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisMember } from '../../../targets/redis.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { answerWithin } from '../../redis-switchover/answer-within.ts';
import { follow } from '../../redis-switchover/demote.ts';
import { LOOK_YOURSELF, letGo, refusesToFollow, rollBack, type Begun } from '../../redis-switchover/ending.ts';
import { needsHuman } from '../../redis-switchover/result.ts';
import { standingOf } from '../../redis-switchover/standing.ts';
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

/** Looks and does what is needed, until one of the two takes the writes and the other does not. */
export async function finish(pair: Pair, begun: Begun): Promise<SwitchoverResult> {
  const { from, to, order, watch } = pair;
  let last: Move = { move: 'wait', for: 'an answer' };
  for (const untilMs = performance.now() + FINISH_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    last = await look(pair);
    if (last.move === 'ask-a-human') return needsHuman(watch, last.why, LOOK_YOURSELF);
    if (last.move === 'release') return rollBack(from, watch, `${order.to} was not promoted:`);
    if (last.move === 'let-go') return letGo(pair, taken(order, begun), to ? [to] : []);
    if (last.move === 'demote' && from) {
      watch.begin('Send clients over');
      const tried = await follow(from, pair.toAddress);
      if ('refused' in tried) return refusesToFollow(watch, order, tried.refused);
    }
  }
  const waited = 'for' in last ? last.for : 'the end';
  return needsHuman(watch, `After ${FINISH_MS / 1000} s it still waits for ${waited}.`, LOOK_YOURSELF);
}

async function look({ from, to, toAddress: { host, port } }: Pair): Promise<Move> {
  const [former, promoted] = await Promise.all(
    [from, to].map(async (one) => one && answerWithin(ANSWER_MS, standingOf(one))),
  );
  return nextMove(former, promoted, `${host}:${port}`);
}

function taken({ from, to }: SwitchoverOrder, { heldAtMs, evidence }: Begun): Begun {
  return { heldAtMs, evidence: [...evidence, `${to} is the primary, and ${from} takes no writes any more.`] };
}
