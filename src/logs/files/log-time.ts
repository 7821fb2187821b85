import { offsetMinutes } from '../digest/time-zones.ts';

const MINUTE_MS = 60_000;
/** Bytes of `2026-11-28 15:03:20`. */
export const WALL_BYTES = 19;

/**
 * The instant that a log names by `2026-11-28 15:03:20` and the zone behind it. A zone that cannot be told by its abbreviation is
 * taken for the one of this machine.
 */
export function instantOf(wall: string, zone: string): number {
  const offset = offsetMinutes(zone);
  if (offset === undefined) return Date.parse(wall.replace(' ', 'T'));
  return Date.parse(`${wall.replace(' ', 'T')}Z`) - offset * MINUTE_MS;
}
