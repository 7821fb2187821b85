import type { RunOperation } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';

/** A run that nobody waits for could not do its work, or found what cannot wait and nobody was told of, or did what people have to know. */
export function hasNews(outcome: Outcome, operation?: Pick<RunOperation, 'isNews'>): boolean {
  if (!('done' in outcome)) return true;
  if (operation?.isNews?.(outcome.done) === true) return true;
  const found = [outcome.done, ...outcome.done.parts].flatMap(({ findings }) => findings);
  return found.some(({ severity, change }) => severity === 'critical' && change === 'NEW');
}
