import { bytesText } from '../../checks/wording.ts';
import { answerWithin } from '../redis-switchover/answer-within.ts';
import { standingOf, strayBytes, type Standing } from '../redis-switchover/standing.ts';
import type { Heard } from '../redis-heard.ts';
import type { Work } from './work.ts';

const ANSWER_MS = 1000;

/** How the old primary stands once another has taken its place. */
export type Former = {
  /** By what it says itself: it follows the new one, or another; it is a primary; it answers without saying what it is. `away`: no answer. */
  stands: 'follows' | 'elsewhere' | 'primary' | 'answers' | 'away';
  loss: readonly string[];
  evidence: readonly string[];
  left: readonly string[];
};

type Servers = Pick<Work['order'], 'from' | 'to'> & { toAddress: Work['toAddress'] };

/** Asks it, where it answers again; else says how it is kept from taking writes. It is told nothing: what it has alone is evidence. */
export async function formerPrimary(work: Work, promoted: Standing): Promise<Former> {
  const { others, order, hear, toAddress } = work;
  const member = others.find(({ name }) => name === order.from);
  const now = member && (await answerWithin(ANSWER_MS, standingOf(member)));
  return now ? formerOf(now, promoted, toAddress) : heardFormer(await hear(order.from), { ...order, toAddress });
}

/** Pure: an old primary that says how it stands. */
export function formerOf(now: Standing, promoted: Standing, toAddress: Work['toAddress']): Former {
  const servers = { from: now.name, to: promoted.name, toAddress };
  if (now.follows?.address === `${toAddress.host}:${toAddress.port}`)
    return { stands: 'follows', loss: [], evidence: [`${now.name} follows ${promoted.name}.`], left: [] };
  if (now.follows) return elsewhere(servers, now.follows.address);
  const stray = strayBytes(now, promoted);
  const has = `${now.name} has ${bytesText(stray ?? 0)} of log that ${promoted.name} lacks: what was not copied before, and what it took since.`;
  return { ...backAgain(servers), loss: stray === null || stray === 0 ? [] : [has] };
}

/** Pure: an old primary that was only called. Whether it takes writes is known from its role alone. */
export function heardFormer({ says, roleSaid, sentence }: Heard, servers: Servers): Former {
  if (says !== 'answer') return away(servers);
  if (roleSaid === 'master') return backAgain(servers);
  return roleSaid === 'slave' ? elsewhere(servers, 'another server') : unsaid(servers, sentence);
}

/** Pure: why a person has to look at the old primary, in one sentence; null where nobody has to. */
export function whyAPerson(
  { stands }: Pick<Former, 'stands'>,
  { from, to }: Omit<Servers, 'toAddress'>,
): string | null {
  if (stands === 'primary')
    return `two servers take writes: ${from} is back as a primary beside ${to}, and what each takes the other does not have.`;
  return stands === 'answers' ? `${from} answers again, and may take writes beside ${to}.` : null;
}

function backAgain({ from, to, toAddress }: Servers): Former {
  return {
    stands: 'primary',
    loss: [],
    evidence: [],
    left: [
      `Two servers take writes: ${from} is back beside ${to}. Keep clients away from it at once. ${followWords(toAddress)}`,
    ],
  };
}

function unsaid({ from, toAddress }: Servers, sentence: string): Former {
  return {
    stands: 'answers',
    loss: [],
    evidence: [],
    left: [
      `Look at ${from}: ${sentence} Where INFO there says role:master, keep clients away from it at once. ${followWords(toAddress)}`,
    ],
  };
}

function elsewhere({ from, to, toAddress }: Servers, followed: string): Former {
  return {
    stands: 'elsewhere',
    loss: [],
    evidence: [`${from} is a replica.`],
    left: [`${from} follows ${followed}, and not ${to}. ${followWords(toAddress)}`],
  };
}

function followWords({ host, port }: Work['toAddress']): string {
  return `Save its data if you need what only it has, then REPLICAOF ${host} ${port} there, which discards that.`;
}

function away({ from, to, toAddress: { host, port } }: Servers): Former {
  return {
    stands: 'away',
    loss: [],
    evidence: [],
    left: [
      `Keep ${from} away. Before it is started or reached again, write replicaof ${host} ${port} into its configuration file: as it is, it takes writes beside ${to}. What only it has is discarded when it follows: save its data first if you need it.`,
    ],
  };
}
