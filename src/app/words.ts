import type { Outcome } from '../core/outcome.ts';

/** The outcome in one sentence. */
export function wordsOf(outcome: Outcome): string {
  if ('done' in outcome) return outcome.done.headline;
  return 'refused' in outcome ? outcome.refused : outcome.failed;
}
