import { leadWords, type FenceLook } from './look.ts';

/** Pure: why there is nothing to close, in one sentence; undefined when there is. */
export function whyNotFence({ says, sentence }: FenceLook): string | undefined {
  return says === 'closed' ? `it is closed already: ${sentence}` : undefined;
}

/**
 * Pure: the one server to which clients would come and which takes the writes, or why they are not let in. One that does not say
 * where it leads may lead to a former primary.
 */
export function whomToLetIn(look: FenceLook): { writer: string } | { refused: string } {
  const { says, sentence, leads, writers, letsAllIn } = look;
  if (letsAllIn) return { refused: `it is open already: ${sentence}` };
  if (says === 'unknown') return { refused: `${sentence} Nobody is let in before it says where it leads` };
  const [writer] = writers;
  if (writer === undefined) return { refused: 'no server that answers takes writes' };
  if (writers.length > 1)
    return { refused: `two servers take writes: ${writers.join(' and ')}. Stop the wrong one first` };
  const astray = leads.filter(({ member }) => member !== writer);
  if (astray.length > 0 || leads.length === 0) {
    const where = leadWords(astray) || 'nobody says where it leads';
    return {
      refused: `${where}, and ${writer} takes the writes: point it there first (host and port of its entry in [databases], then RELOAD)`,
    };
  }
  return { writer };
}
