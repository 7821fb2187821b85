import type { CloudAccess } from '../providers/cloud-access.ts';
import type { CloudActor } from './run-tools.ts';

/** Pure: what may be done with a cloud in the name of a run; without one, nothing but looking. */
export function accessFor(
  actor: CloudActor | undefined,
): Pick<CloudAccess, 'actingFor' | 'settlingFor' | 'copyingFor'> {
  if (!actor) return {};
  const { runId, mode } = actor;
  if (mode === 'copy') return { copyingFor: runId };
  return mode === 'reconcile' ? { settlingFor: runId } : { actingFor: runId };
}
