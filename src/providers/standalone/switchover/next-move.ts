import { strayBytes, type Standing } from '../../redis-switchover/standing.ts';

/** What is to be done next, once the replica may have been promoted. */
export type Move =
  | { move: 'wait'; for: string }
  /** The new primary is there, and the old one has nothing that it lacks. */
  | { move: 'demote' }
  | { move: 'let-go' }
  /** Nobody was promoted. */
  | { move: 'release' }
  | { move: 'ask-a-human'; why: string };

/** Pure: what a pair in this state needs. A server that does not answer is undefined. */
export function nextMove(from: Standing | undefined, to: Standing | undefined, toAddress: string): Move {
  if (to === undefined) return { move: 'wait', for: 'the new primary to answer' };
  if (from === undefined) return { move: 'wait', for: 'the old primary to answer' };
  if (to.role === 'replica')
    return from.role === 'primary'
      ? { move: 'release' }
      : { move: 'ask-a-human', why: `Neither ${from.name} nor ${to.name} takes writes.` };
  if (from.role === 'replica')
    return from.follows?.address === toAddress
      ? { move: 'let-go' }
      : { move: 'ask-a-human', why: `${from.name} follows ${from.follows?.address ?? 'nobody'}, and not ${to.name}.` };
  const stray = strayBytes(from, to);
  if (stray === 0) return { move: 'demote' };
  const more =
    stray === null
      ? 'their histories cannot be compared'
      : `${from.name} has ${stray} bytes of log that ${to.name} lacks`;
  return { move: 'ask-a-human', why: `Both ${from.name} and ${to.name} take writes, and ${more}.` };
}
