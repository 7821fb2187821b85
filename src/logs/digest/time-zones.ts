/**
 * Hours before or after UTC by abbreviation: only those that the time zone database uses for one offset today. It has CST, IST and
 * PST for several. https://www.iana.org/time-zones
 */
const HOURS: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 1,
  BST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  PKT: 5,
  WIB: 7,
  HKT: 8,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
  NST: -3.5,
  NDT: -2.5,
  ADT: -3,
  EDT: -4,
  EST: -5,
  MDT: -6,
  MST: -7,
  PDT: -7,
  AKDT: -8,
  AKST: -9,
  HST: -10,
};

/** Minutes after UTC of a zone as a log writes it, `CET` or `+0530`; undefined for one that can be several. */
export function offsetMinutes(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0));
  const known = HOURS[zone];
  return known === undefined ? undefined : known * 60;
}
