import type { Json } from '../core/json.ts';
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
