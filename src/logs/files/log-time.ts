const MINUTE_MS = 60_000;
/** Bytes of `2026-11-28 15:03:20`. */
export const WALL_BYTES = 19;

/** Abbreviations that mean one zone only, in minutes east of UTC; others such as CST and IST are used by several. */
const ZONES = new Map<string, number>(
  (
    'UTC 0 GMT 0 Z 0 UCT 0 WET 0 WEST 60 CET 60 CEST 120 EET 120 EEST 180 MSK 180 EST -300 EDT -240 CDT -300 MDT -360 MST -420 ' +
    'PDT -420 PST -480 AKST -540 AKDT -480 HST -600 JST 540 KST 540 HKT 480 AEST 600 AEDT 660 NZST 720 NZDT 780 SAST 120'
  )
    .split(/ (?=[A-Z])/)
    .map((zone) => [zone.split(' ')[0] ?? '', Number(zone.split(' ')[1])]),
);

/**
 * The instant that a log names by `2026-11-28 15:03:20` and the zone behind it. A zone that nobody can tell by its abbreviation is
 * taken for the one of this machine.
 */
export function instantOf(wall: string, zone: string): number {
  const asUtcMs = Date.parse(`${wall.replace(' ', 'T')}Z`);
  const offset = ZONES.get(zone) ?? offsetOf(zone);
  return offset === undefined ? Date.parse(wall.replace(' ', 'T')) : asUtcMs - offset * MINUTE_MS;
}

/** `+02`, `-0330` and `+05:45` in minutes. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
