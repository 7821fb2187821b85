import { inputOf, withOrder, withRefusal, type GroupInput, type GroupJournal } from './journal.ts';
import { nextGroupMove, type GroupMove } from './next-move.ts';
import type { GroupSeen } from './seen.ts';

/** `refused`: AWS said no. `open`: nobody knows whether AWS heard it. */
export type GroupAnswer = { taken: true } | { refused: string } | { open: string };

/** What a change of the primary works with. */
export type GroupWork = {
  /** Null where AWS does not answer. */
  look(): Promise<GroupSeen | null>;
  /** Gives an order once. */
  order(input: GroupInput): Promise<GroupAnswer>;
  /** Writes the journal down where another process finds it; rejects where nothing may be ordered any more. */
  keep(journal: GroupJournal): Promise<void>;
  now(): number;
};

/**
 * One look, and what follows from it: an order is written down before it is given, so that a process that dies in between leaves one that may
 * have been heard, and not one that nobody knows of. To be called again, with the journal that was kept, until it ends.
 */
export async function carryOn(
  work: GroupWork,
  journal: GroupJournal,
): Promise<{ move: GroupMove; journal: GroupJournal; answer?: GroupAnswer }> {
  const move = nextGroupMove(journal, await work.look(), work.now());
  if (move.move !== 'order') return { move, journal };
  const ordered = withOrder(journal, move.order, work.now());
  await work.keep(ordered);
  const answer = await work.order(inputOf(ordered, move.order));
  if (!('refused' in answer)) return { move, journal: ordered, answer };
  const refused = withRefusal(ordered, answer.refused);
  await work.keep(refused);
  return { move, journal: refused, answer };
}
