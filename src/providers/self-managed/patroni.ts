import type { PostgresTarget } from '../../targets/postgres.ts';
import type { Switchover } from '../../targets/switchover.ts';
import { carryOut, type PatroniPhase } from './patroni/carry-out.ts';
import { look } from './patroni/look.ts';
import { settle } from './patroni/settle.ts';
import { sourcesOf } from './patroni/view.ts';
import type { Place } from './switchover/sessions.ts';

/** Lets Patroni move the writes, where the config says how it is reached; else undefined. `watch` is called at the border of each phase. */
export function patroniSwitchoverOf(
  place: Place,
  target: Pick<PostgresTarget, 'name' | 'members' | 'unreached'>,
  watch: (phase: PatroniPhase) => Promise<void> = async () => {},
): Switchover | undefined {
  if (sourcesOf(place.spec).length === 0) return undefined;
  return {
    look: () => look(place.spec, target),
    carryOut: (order) => carryOut(place, order, watch),
    settle: (order) => settle(place, order),
  };
}
