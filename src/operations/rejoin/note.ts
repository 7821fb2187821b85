import type { TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';

/** Pure: the outcome of what moved the writes away from a server, with what makes that one a standby, where somebody has a hand on its host. */
export function withRejoin(outcome: Outcome, { name, rejoinable = [] }: TargetName, from: string): Outcome {
  if (!('done' in outcome) || !rejoinable.includes(from)) return outcome;
  const { next } = outcome.done;
  const rejoin = { label: `Make ${from} a standby`, operation: 'rejoin', target: name, args: [from], disruptive: true };
  return { done: { ...outcome.done, next: [...next, rejoin] } };
}
