import type { Outcome } from '../core/outcome.ts';

/** A run that nobody waits for could not do its work, or found what cannot wait and nobody was told of. */
export function hasNews(outcome: Outcome): boolean {
  if (!('done' in outcome)) return true;
  const found = [outcome.done, ...outcome.done.parts].flatMap(({ findings }) => findings);
  return found.some(({ severity, change }) => severity === 'critical' && change === 'NEW');
}
