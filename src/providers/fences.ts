import type { DatabaseRoom } from '../core/room.ts';
import type { Fence } from '../targets/fence.ts';
import type { FenceSpec, TargetSpec } from '../targets/spec.ts';
import type { OpenOptions } from './open-options.ts';

type Place = { spec: TargetSpec; room: DatabaseRoom; options: OpenOptions };
type FenceProvider = { fenceBy(fence: FenceSpec, place: Place): Fence };

/** What can stand before a target; each is loaded with the first target that has it. */
const fences: { readonly [by: string]: () => Promise<FenceProvider> } = {
  pgbouncer: () => import('./pgbouncer/fence.ts'),
};

/** What keeps clients away from a target, where the config names something; nothing is asked yet. */
export async function fenceOf(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<{ fence?: Fence }> {
  const load = spec.fence ? fences[spec.fence.by] : undefined;
  if (!spec.fence || !load) return {};
  return { fence: (await load()).fenceBy(spec.fence, { spec, room, options }) };
}
