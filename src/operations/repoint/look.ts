import { Fault } from '../../core/errors.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { Pointed, Pointer, PointerLook } from '../../targets/pointer.ts';
import { writersOf } from '../fence/look.ts';

/** Who takes writes, as the servers say themselves at this moment. */
export type ServersSeen = {
  writers: readonly string[];
  /** Members that did not answer: each may take writes unseen. */
  unreached: readonly string[];
  /** True where many servers share the writes by design. */
  shared: boolean;
};

/** What clients look the server up by, and who takes the writes. */
export type Looked = { pointer: PointerLook; servers: ServersSeen };

/** Asks what it says, and changes nothing. */
export async function lookAtPointer(room: Pointed): Promise<PointerLook | { refused: string }> {
  return demandPointer(room).look();
}

/** Asks who takes writes, and changes nothing. */
export async function lookAtServers(target: AnyTarget): Promise<ServersSeen> {
  const unreached = target.unreached.filter(({ role }) => role !== 'sentinel').map(({ name }) => name);
  const shared = target.engine === 'redis' && target.cluster !== undefined;
  return { writers: writersOf(target), unreached, shared };
}

/** What clients of a target look it up by. */
export function demandPointer({ name, pointer }: Pointed): Pointer {
  if (pointer) return pointer;
  throw new Fault('unsupported', `nothing is known by which clients look up ${name}`);
}
