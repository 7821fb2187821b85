import type { DatabaseRoom } from '../../src/core/room.ts';
import { openTarget } from '../../src/providers/index.ts';
import type { OpenOptions } from '../../src/providers/open-options.ts';
import { restoredCopy } from '../../src/providers/rds/drill/restored.ts';
import { knocksOf, outageOf } from '../../src/providers/rds/outage.ts';
import type { AnyTarget } from '../../src/targets/index.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';

/** The servers of the laptop behind a target of the cloud; they say of an outage what instances of it would. */
export async function openServers(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<AnyTarget> {
  if (spec.engine === 'redis') return openTarget({ ...spec, provider: 'standalone' }, room, options);
  const target = await openTarget({ ...spec, provider: 'self-managed' }, room, options);
  if (target.engine !== 'postgres') return target;
  const site = { spec, options, room, target };
  const outage = spec.provider === 'aurora' ? knocksOf(site) : outageOf(site);
  return { ...target, outage, restored: restoredCopy({ spec, options }) };
}
