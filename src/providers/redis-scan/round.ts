import { Fault } from '../../core/errors.ts';
import type { KeyGroup, KeyScan } from '../../targets/key-scan.ts';
import { commandFault } from '../redis-refusal.ts';
import {
  firstQuestions,
  lastQuestions,
  repliesEach,
  settleFirst,
  settleLast,
  type Pending,
  type Settled,
} from './pending.ts';
import { frame, ReplyError, type Reply } from './replies.ts';
import type { Wire } from './wire.ts';

const LOOK = ['stats', 'cpu', 'replication'].map((section) => frame('INFO', section));

/** What is asked together: the rest about keys of an earlier round, everything about new ones, and the server itself. */
export type Round<G> = { late: readonly Pending<G>[]; fresh: readonly Pending<G>[]; looks: boolean };
/** What came of it. `info` is the text of the sections that were asked. */
export type Answered<G> = Settled<G> & { info?: string };

type Scan = Pick<KeyScan<KeyGroup>, 'asks' | 'batchKeys'>;

/** Asks for the next names. */
export async function askNames(
  wire: Wire,
  cursor: string,
  { batchKeys }: Scan,
): Promise<{ cursor: string; names: readonly string[] }> {
  const [reply] = await wire.exchange(frame('SCAN', cursor, 'COUNT', String(batchKeys)), 1);
  if (reply instanceof ReplyError) throw commandFault(new Error(reply.message));
  if (Array.isArray(reply)) {
    const [next, names] = reply as readonly Reply[];
    if (typeof next === 'string' && Array.isArray(names)) return { cursor: next, names: names as readonly string[] };
  }
  throw new Fault('bug', 'SCAN answered with something else than a cursor and names');
}

/** How many commands a round has. */
export function commandsOf<G>({ late, fresh, looks }: Round<G>, { asks }: Scan): number {
  return late.length + fresh.length * repliesEach(asks) + (looks ? LOOK.length : 0);
}

/** Asks a round and sorts its answers. Throws a Fault where one of them is about more than a key. */
export async function askRound<G>(wire: Wire, round: Round<G>, scan: Scan, counts: boolean): Promise<Answered<G>> {
  const { late, fresh, looks } = round;
  const settled: Settled<G> = { done: [], late: [], gone: 0 };
  const wanted = commandsOf(round, scan);
  if (wanted === 0) return settled;
  const frames = lastQuestions(late) + firstQuestions(fresh, scan.asks) + (looks ? LOOK.join('') : '');
  const replies = await wire.exchange(frames, wanted);
  for (const [n, pending] of late.entries()) settleLast(pending, replies[n], counts, settled);
  settleFirst(fresh, replies, late.length, scan.asks, counts, settled);
  return looks ? { ...settled, info: replies.slice(-LOOK.length).map(textOf).join('\r\n') } : settled;
}

function textOf(reply: Reply): string {
  return typeof reply === 'string' ? reply : '';
}
