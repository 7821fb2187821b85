import type { DatabaseRoom } from '../../../core/room.ts';
import type { SecretReference } from '../../../core/secret.ts';
import { openTarget } from '../../../providers/index.ts';
import type { AnyTarget } from '../../../targets/index.ts';
import type { TargetSpec } from '../../../targets/spec.ts';

/** Targets as each room would open them, one opening for each target and room, however many questions need it. */
export type Sessions = {
  /** Throws a Fault where no member has a login for the room. */
  open(spec: TargetSpec, room: DatabaseRoom): Promise<AnyTarget>;
  close(): Promise<void>;
};

export function createSessions(secret: (reference: SecretReference) => Promise<string>): Sessions {
  const opened = new Map<string, Promise<AnyTarget>>();
  const open = (spec: TargetSpec, room: DatabaseRoom): Promise<AnyTarget> => {
    const key = `${spec.name} ${room}`;
    const known = opened.get(key);
    if (known) return known;
    const target = openTarget(spec, room, { secret, deadlineMs: 20_000 });
    opened.set(key, target);
    return target;
  };
  return {
    open,
    close: async () => {
      await Promise.allSettled([...opened.values()].map(async (target) => (await target).close()));
    },
  };
}
