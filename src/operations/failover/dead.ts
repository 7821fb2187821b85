import type { DeathSign, FailoverLook } from '../../targets/failover.ts';

/** Two who do not stand in each other's place: this room, and a server that should hear from the primary. */
const LEAST_SIGNS = 2;

export type Alive = { alive: string };
export type Unproven = { unproven: string };

/** Pure: why the primary is not to be taken for dead. One who saw it alive ends everything; who does not know counts for nothing. */
export function whyNotDead({
  primary,
  signs,
  witnesses = [],
}: Pick<FailoverLook, 'primary' | 'signs' | 'witnesses'>): Alive | Unproven | undefined {
  const alive = signs.find(({ says }) => says === 'alive');
  if (alive) return { alive: `${primary} is alive. ${signText(alive)} Nothing was done.` };
  const dead = signs.filter(({ says }) => says === 'dead');
  const silent = witnesses.filter((witness) => !dead.some(({ from }) => from === witness));
  if (dead.length >= LEAST_SIGNS && silent.length === 0) return undefined;
  const seen = signs.map(signText).join(' ');
  const needed = witnesses.length === 0 ? '' : ` (${witnesses.map(witnessWords).join(' and ')} among them)`;
  return {
    unproven: `Nobody can say that ${primary} is dead: that takes two who see it${needed}, and ${dead.length} of ${signs.length} do. ${seen} Nothing was done.`,
  };
}

function witnessWords(witness: string): string {
  return witness === 'nightshift' ? 'this room' : witness;
}

/** Pure: a server that does not itself say that the primary is dead must not take its place. */
export function whyNotHeard(
  { primary, signs }: Pick<FailoverLook, 'primary' | 'signs'>,
  to: string,
): string | undefined {
  const own = signs.find(({ from }) => from === to);
  if (own?.says === 'dead') return undefined;
  return `${to} itself does not say that ${primary} is dead. ${own ? signText(own) : 'It was not asked.'} Nothing was done.`;
}

/** Pure: `seen from here: nothing listens on …` */
export function signText({ from, sentence }: DeathSign): string {
  return `${from === 'nightshift' ? 'Seen from here' : from}: ${sentence}`;
}
