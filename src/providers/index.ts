import { Fault } from '../core/errors.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { withMachines } from './machines.ts';
import type { OpenOptions } from './open-options.ts';

export { createSecrets, type Secrets } from './secrets/secrets.ts';
export { targetFromUrl, type UrlTarget } from './from-url.ts';
export type { OpenOptions } from './open-options.ts';

type Connect = (spec: TargetSpec, room: DatabaseRoom, options: OpenOptions) => Promise<AnyTarget>;

/** Every provider by its name in the config; loaded when the first target of it is opened. */
const providers: { readonly [name: string]: () => Promise<{ connect: Connect }> } = {
  aurora: () => import('./aurora/connect.ts'),
  cluster: () => import('./cluster/connect.ts'),
  elasticache: () => import('./elasticache/connect.ts'),
  rds: () => import('./rds/connect.ts'),
  'self-managed': () => import('./self-managed/connect.ts'),
  sentinel: () => import('./sentinel/connect.ts'),
  standalone: () => import('./standalone/connect.ts'),
};

/**
 * Opens a target for one room: one connection per member. What did not answer is in `unreached`. Throws a Fault
 * `permission_denied` when no member has a login for the room, `unsupported` for a provider that nobody wrote. Close it.
 */
export async function openTarget(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<AnyTarget> {
  const load = providers[spec.provider];
  if (!load) throw new Fault('unsupported', `there is no provider called ${spec.provider}`);
  const { connect } = await load();
  const target = await connect(spec, room, options);
  return room === 'read' ? withMachines(target, spec, Date.now) : target;
}
