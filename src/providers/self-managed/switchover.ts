import type { PostgresTarget } from '../../targets/postgres.ts';
import type { Switchover } from '../../targets/switchover.ts';
import { carryOut } from './switchover/carry-out.ts';
import { look } from './switchover/look.ts';
import type { Place } from './switchover/sessions.ts';
import { settle } from './switchover/settle.ts';
import type { PhaseName } from './switchover/world.ts';

/** Moves the writes of streaming servers that nobody else manages. `watch` is called at the border of each phase. */
export function switchoverOf(
  place: Place,
  target: Pick<PostgresTarget, 'name' | 'members' | 'unreached'>,
  watch: (phase: PhaseName) => Promise<void> = async () => {},
): Switchover {
  return {
    look: () => look(place.spec, target),
    carryOut: (order) => carryOut(place, order, watch),
    settle: (order) => settle(place, order),
  };
}
