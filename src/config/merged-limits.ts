import type { Json } from '../core/json.ts';
import type { Hysteresis } from '../core/quiet.ts';
import type { NightshiftFile } from './schema.ts';

/** The limits of a check for a target: global, overlaid by the environment's, overlaid by the target's. Defaults are the check's own. */
export function mergedLimits(
  file: NightshiftFile,
  targetName: string,
  check: string,
): { readonly [name: string]: Json } {
  const target = file.targets[targetName];
  const environment = target && file.environments[target.environment];
  return { ...file.thresholds[check], ...environment?.thresholds[check], ...target?.thresholds[check] };
}

/** How many looks in a row were set for a check on a target, laid over each other in the same way. */
export function mergedHysteresis(file: NightshiftFile, targetName: string, check: string): Partial<Hysteresis> {
  const target = file.targets[targetName];
  const environment = target && file.environments[target.environment];
  const layers = [file.hysteresis[check], environment?.hysteresis[check], target?.hysteresis[check]];
  return Object.assign({}, ...layers);
}

/** Whether names are hidden: what the target says, else its environment, else the whole file. */
export function mergedHideNames(file: NightshiftFile, targetName: string): boolean {
  const target = file.targets[targetName];
  const environment = target && file.environments[target.environment];
  return target?.hideNames ?? environment?.hideNames ?? file.hideNames ?? false;
}
