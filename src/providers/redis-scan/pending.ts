import { Fault } from '../../core/errors.ts';
import type { KeyGroup, KeyScan, KeyType, ScannedKey } from '../../targets/key-scan.ts';
import { commandFault } from '../redis-refusal.ts';
import { heads } from './questions.ts';
import { bulkOf, ReplyError, type Reply } from './replies.ts';

/** A key between its name and its last answer. */
export type Pending<G> = {
  group: G;
  key: ScannedKey;
  bulk: string;
  /** Its last question in this round: how many members a key of this type has, or `type` where no type is expected. */
  asks: KeyType;
};

export function pendingOf<G extends KeyGroup>(name: string, group: G, counts: boolean): Pending<G> {
  const expected = counts && group.expects !== undefined && heads.count.has(group.expects) ? group.expects : 'type';
  const key: ScannedKey = { name, type: '', memoryBytes: 0, members: null, ttlSeconds: null, frequency: null };
  return { group, key, bulk: bulkOf(name), asks: expected };
}

type Asks = KeyScan<KeyGroup>['asks'];

/** The frames for keys that were just named; `OBJECT FREQ` comes before what may count as an access. */
export function firstQuestions<G>(keys: readonly Pending<G>[], asks: Asks): string {
  let frames = '';
  for (const { bulk, asks: last } of keys) {
    frames += heads.memory + bulk;
    if (asks.expiry) frames += heads.ttl + bulk;
    if (asks.frequency) frames += heads.frequency + bulk;
    frames += (heads.count.get(last) ?? heads.type) + bulk;
  }
  return frames;
}

export function repliesEach(asks: Asks): number {
  return 2 + (asks.expiry ? 1 : 0) + (asks.frequency ? 1 : 0);
}

/** The frames for keys of which one answer is still missing. */
export function lastQuestions<G>(keys: readonly Pending<G>[]): string {
  return keys.map(({ bulk, asks }) => (heads.count.get(asks) ?? heads.type) + bulk).join('');
}

/** Where the answers of a round go. */
export type Settled<G> = { done: Pending<G>[]; late: Pending<G>[]; gone: number };

/** Takes the replies of `firstQuestions`, beginning at `from`. */
export function settleFirst<G>(
  keys: readonly Pending<G>[],
  replies: readonly Reply[],
  from: number,
  asks: Asks,
  counts: boolean,
  into: Settled<G>,
): void {
  let at = from;
  for (const pending of keys) {
    const memory = numberOf(replies[at++]);
    const ttl = asks.expiry ? numberOf(replies[at++]) : -1;
    const frequency = asks.frequency ? numberOf(replies[at++]) : undefined;
    const last = replies[at++];
    // https://redis.io/docs/latest/commands/ttl/: -2 no such key, -1 no expiry
    if (memory === undefined || ttl === undefined || ttl === -2) {
      into.gone += 1;
      continue;
    }
    pending.key.memoryBytes = memory;
    if (ttl >= 0) pending.key.ttlSeconds = ttl;
    if (frequency !== undefined) pending.key.frequency = frequency;
    settleLast(pending, last, counts, into);
  }
}

/** Takes the last answer of a key, or finds that one more question is needed. */
export function settleLast<G>(pending: Pending<G>, reply: Reply | undefined, counts: boolean, into: Settled<G>): void {
  if (pending.asks !== 'type') return settleCount(pending, reply, into);
  if (typeof reply !== 'string' || reply === 'none') {
    numberOf(reply);
    into.gone += 1;
    return;
  }
  pending.key.type = reply;
  if (!counts || !heads.count.has(reply)) into.done.push(pending);
  else into.late.push({ ...pending, asks: reply });
}

function settleCount<G>(pending: Pending<G>, reply: Reply | undefined, into: Settled<G>): void {
  if (reply instanceof ReplyError && reply.message.startsWith('WRONGTYPE')) {
    into.late.push({ ...pending, asks: 'type' });
    return;
  }
  const members = numberOf(reply);
  if (members === undefined) {
    into.gone += 1;
    return;
  }
  pending.key.type = pending.asks;
  pending.key.members = members;
  into.done.push(pending);
}

/** A number, or undefined where the key is not here any more. Throws for an error that is about more than this key. */
function numberOf(reply: Reply | undefined): number | undefined {
  if (typeof reply === 'number') return reply;
  if (reply instanceof ReplyError) {
    // A key that moves to another node of the cluster, or that died under OBJECT FREQ.
    if (/^(?:MOVED|ASK|TRYAGAIN|ERR no such key)\b/.test(reply.message)) return undefined;
    throw commandFault(new Error(reply.message));
  }
  if (reply === null) return undefined;
  throw new Fault('bug', 'the answers of the server do not fit the questions');
}
