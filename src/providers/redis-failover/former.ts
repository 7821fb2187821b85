import { bytesText } from '../../checks/wording.ts';
import { answerWithin } from '../redis-switchover/answer-within.ts';
import { standingOf, strayBytes, type Standing } from '../redis-switchover/standing.ts';
import type { Work } from './work.ts';

const ANSWER_MS = 1000;

/** How the old primary stands once another has taken its place. */
export type Former = {
  /** It says itself that it follows the new one. */
  isReplica: boolean;
  loss: readonly string[];
  evidence: readonly string[];
  left: readonly string[];
};

/** Asks it, where it answers again; else says how it is kept from taking writes. It is told nothing: what it has alone is evidence. */
export async function formerPrimary(work: Work, promoted: Standing): Promise<Former> {
  const { others, order, hear, toAddress } = work;
  const member = others.find(({ name }) => name === order.from);
  const now = member && (await answerWithin(ANSWER_MS, standingOf(member)));
  if (now) return formerOf(now, promoted, toAddress);
  const { says } = await hear(order.from);
  return says === 'answer' ? backAgain(order.from, order.to, toAddress) : away(order.from, order.to, toAddress);
}

/** Pure: an old primary that answers. */
export function formerOf(now: Standing, promoted: Standing, toAddress: Work['toAddress']): Former {
  const { host, port } = toAddress;
  if (now.follows?.address === `${host}:${port}`)
    return { isReplica: true, loss: [], evidence: [`${now.name} follows ${promoted.name}.`], left: [] };
  const stray = strayBytes(now, promoted);
  const has = `${now.name} has ${bytesText(stray ?? 0)} of log that ${promoted.name} lacks: what was not copied before, and what it took since.`;
  const back = backAgain(now.name, promoted.name, toAddress);
  return { ...back, loss: stray === null || stray === 0 ? [] : [has] };
}

function backAgain(from: string, to: string, { host, port }: Work['toAddress']): Former {
  return {
    isReplica: false,
    loss: [],
    evidence: [],
    left: [
      `Two servers take writes: ${from} is back beside ${to}. Keep clients away from it at once. Save its data if you need what only it has, then REPLICAOF ${host} ${port} there, which discards that.`,
    ],
  };
}

function away(from: string, to: string, { host, port }: Work['toAddress']): Former {
  return {
    isReplica: false,
    loss: [],
    evidence: [],
    left: [
      `Keep ${from} away. Before it is started or reached again, write replicaof ${host} ${port} into its configuration file: as it is, it takes writes beside ${to}. What only it has is discarded when it follows: save its data first if you need it.`,
    ],
  };
}
