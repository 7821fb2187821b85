import type { Outcome } from '../core/outcome.ts';

/** The report as JSON, or `{ "refused" … }` or `{ "failed" … }` in its place. Ends in a newline. */
export function renderJson(outcome: Outcome): string {
  return `${JSON.stringify('done' in outcome ? outcome.done : outcome, null, 2)}\n`;
}
