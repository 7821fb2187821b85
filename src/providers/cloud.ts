import { Fault } from '../core/errors.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { TargetSpec } from '../targets/spec.ts';
import type { CloudAccess } from './cloud-access.ts';

export type { CloudAccess } from './cloud-access.ts';

type Provider = { openCloud(spec: TargetSpec, access: CloudAccess): AnyCloud };

/**
 * Providers whose machines have an API beside the database's own; each is loaded when the first target of it is asked. Code
 * that every room loads must not import this file.
 */
const clouds: { readonly [provider: string]: () => Promise<Provider> } = {
  aurora: () => import('./aurora/cloud.ts'),
  elasticache: () => import('./elasticache/cloud.ts'),
  rds: () => import('./rds/cloud.ts'),
};

/** Opens what can be asked of the cloud that hosts a target; nothing is asked yet. Throws `unsupported` where there is none. */
export async function openCloud(spec: TargetSpec, access: CloudAccess): Promise<AnyCloud> {
  const load = clouds[spec.provider];
  if (!load) throw new Fault('unsupported', `${spec.name} is hosted by no cloud that could be asked`);
  return (await load()).openCloud(spec, access);
}
