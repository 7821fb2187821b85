import { nextPromotionMove, type PromotionMove, type PromotionSeen } from './next-move.ts';
import { withOrder, withRefusal, type OrderName, type PromotionJournal } from './promotion-journal.ts';

/** `refused`: AWS said no. `open`: nobody knows whether AWS heard it. */
export type PromotionAnswer = { taken: true } | { refused: string } | { open: string };

/** What a promotion works with. */
export type PromotionWork = {
  /** Gives an order once. */
  order(order: OrderName, journal: PromotionJournal): Promise<PromotionAnswer>;
  /** Writes the journal down where another process finds it; rejects where nothing may be ordered any more. */
  keep(journal: PromotionJournal): Promise<void>;
  now(): number;
};

/** What one look led to. */
export type Carried = { move: PromotionMove; journal: PromotionJournal; answer?: PromotionAnswer };

/** One look, and what follows from it: an order is written down before it is given. To be called again, until it ends. */
export async function carryOn(
  work: PromotionWork,
  journal: PromotionJournal,
  seen: PromotionSeen | null,
): Promise<Carried> {
  const move = nextPromotionMove(journal, seen, work.now());
  if (move.move !== 'order') return { move, journal };
  const { order: name, why } = move;
  const ordered = withOrder(journal, { order: name, atMs: work.now(), ...(why === undefined ? {} : { why }) });
  await work.keep(ordered);
  const answer = await work.order(move.order, ordered);
  if (!('refused' in answer)) return { move, journal: ordered, answer };
  const refused = withRefusal(ordered, answer.refused);
  await work.keep(refused);
  return { move, journal: refused, answer };
}
