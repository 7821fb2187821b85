import type { Json } from '../core/json.ts';
import { canonical, planHash as hashOf, type Plan } from '../core/plan.ts';
import type { RoomRequest } from '../core/run.ts';

/**
 * Pure: why an acting step is not what the plan says, or undefined. A good grant must not carry another operation, target or
 * argument: every argument of the step has to be in the plan's arguments or identity with the same value.
 */
export function whyNotPlanned(plan: Plan | undefined, planHash: string, request: RoomRequest): string | undefined {
  if (!plan) return 'There is no plan of this run.';
  if (hashOf(plan) !== planHash) return 'The grant is for another plan than the one of this run.';
  if (plan.operation !== request.operation) return `The plan is for ${plan.operation}, not for ${request.operation}.`;
  if (plan.target !== request.target) return `The plan is for ${plan.target}, not for ${request.target}.`;
  const planned = { ...fields(plan.args), ...plan.identity };
  const other = Object.entries(fields(request.args)).find(([name, value]) => !same(planned[name], value));
  return other ? `The argument ${other[0]} is not the one that was approved.` : undefined;
}

function fields(value: Json): { readonly [name: string]: Json } {
  if (value === null) return {};
  // What is not a set of named values cannot be compared by name, so it has to be in the plan as `value`.
  if (typeof value !== 'object' || Array.isArray(value)) return { value };
  return value as { readonly [name: string]: Json };
}

function same(planned: Json | undefined, asked: Json): boolean {
  return planned !== undefined && canonical(planned) === canonical(asked);
}
