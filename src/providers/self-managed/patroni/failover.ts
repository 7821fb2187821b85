import type { TargetSpec } from '../../../targets/spec.ts';
import { promotesByItself } from '../switchover/failover-owner.ts';
import { askAny } from './client.ts';
import { sourcesOf } from './view.ts';

/** Why nobody fails over in the place of Patroni, with its own time; undefined where the config names none. */
export async function whyPatroniFailsOver(spec: TargetSpec): Promise<string | undefined> {
  const sources = sourcesOf(spec).map(({ patroni }) => patroni);
  if (sources.length === 0) return undefined;
  const settings = await askAny(sources, 'config');
  return promotesByItself(spec.name, 'silent' in settings ? undefined : settings.ttl);
}
