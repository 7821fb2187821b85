import { Fault } from '../../core/errors.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { Fence, FenceLead, FenceState } from '../../targets/fence.ts';

/** How a fence and the servers behind it stand. */
export type FenceLook = {
  says: FenceState['says'];
  sentence: string;
  leads: readonly FenceLead[];
  means: string;
  /** True where it keeps nobody away, not even new clients. */
  letsAllIn: boolean;
  certain: boolean;
  clients: readonly string[];
  /** The members that take writes, as they say themselves. */
  writers: readonly string[];
};

/** What became of a fence that was closed or opened: what it says of itself afterwards. */
export type FenceEnded = { ended: FenceState['says']; why: string };

/** Asks, and changes nothing. */
export async function lookAtFence(target: AnyTarget): Promise<FenceLook | { refused: string }> {
  if (!target.fence) return { refused: whyNone(target) };
  const { means, coversAllClients, clients = [] } = target.fence;
  const { leads = [], letsAllIn = false, ...state } = await target.fence.look();
  const certain = coversAllClients === true;
  return { ...state, leads, letsAllIn, means, certain, clients, writers: writersOf(target) };
}

/** The fence of a target that has one. */
export function demandFence(target: AnyTarget): Fence {
  if (target.fence) return target.fence;
  throw new Fault('unsupported', whyNone(target));
}

/** What it says of itself, as the end of a step. */
export function endOf({ says, sentence }: FenceState): FenceEnded {
  return { ended: says, why: sentence };
}

/** A former primary that refuses writes for everybody since a switchover is none. */
export function writersOf(target: AnyTarget): string[] {
  if (target.engine === 'redis')
    return target.members.filter(({ roleNow }) => roleNow === 'primary').map(({ name }) => name);
  return target.members.filter((one) => !one.inRecovery && one.readOnlyBy !== 'server').map(({ name }) => name);
}

/** By pooler where it sends clients, in words that stay the same as long as it does: `{ 'pool-1': 'leads to shop-db-1 (10.0.1.5:5432)' }`. */
export type Leads = { readonly [through: string]: string };

export function leadsBy(leads: readonly FenceLead[]): Leads {
  return Object.fromEntries(
    leads.map(({ through, to, member }) => [through, `leads to ${member === null ? to : `${member} (${to})`}`]),
  );
}

/** "pool-1 leads to shop-db-1 (10.0.1.5:5432), pool-2 …". */
export function leadWords(leads: readonly FenceLead[]): string {
  return Object.entries(leadsBy(leads))
    .map(([through, where]) => `${through} ${where}`)
    .join(', ');
}

function whyNone({ name }: AnyTarget): string {
  return `nothing is known that could keep clients away from ${name}: name what stands before it under targets.${name}.fence`;
}
