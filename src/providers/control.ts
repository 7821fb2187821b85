import type { AnyCloud } from '../targets/cloud.ts';
import type { Pointed } from '../targets/pointer.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { openCloud, type CloudAccess } from './cloud.ts';
import { handOf } from './host-hands.ts';
import { pointerOf } from './pointers.ts';
import { isManaged } from './setting-advice.ts';

/**
 * Opens what the control room can ask of a target, and nothing is asked yet: the cloud that hosts it, where one does, and what clients look
 * it up by, and who has a hand on its hosts, where the config names something. Throws `unsupported` where there is nothing.
 */
export async function openInControl(spec: TargetSpec, access: CloudAccess): Promise<AnyCloud | Pointed> {
  const pointed = await pointerOf(spec, access);
  const reaching = await handOf(spec, access);
  if (!pointed && !reaching) return openCloud(spec, access);
  const cloud = isManaged(spec) ? await openCloud(spec, access) : undefined;
  return {
    ...(cloud ?? { name: spec.name }),
    ...(pointed ? { pointer: pointed.pointer } : {}),
    ...(reaching ? { hand: reaching.hand } : {}),
    close: () => {
      cloud?.close();
      pointed?.close();
      reaching?.close();
    },
  };
}
