/**
 * A bound in time: an instant, or a time of the wall clock that the log is written by, `2026-11-28 14:00:00` (UTC or not is the
 * log's business).
 */
export type TimeBound = { atMs: number } | { wall: string };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: MINUTE_MS,
  min: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/**
 * Pure: `2h` (ago), `today`, `yesterday`, `14:00` (of today), `2026-11-28`, `2026-11-28 14:00`, or a time with its zone,
 * `2026-11-28T14:00:00Z`; undefined when it is none. A day alone means its beginning, or with `end` the end of it. What today is,
 * this machine's clock says.
 */
export function readTimeBound(text: string, nowMs: number, edge: 'start' | 'end'): TimeBound | undefined {
  const ago = /^(\d{1,6})\s*(s|min|m|h|d|w)$/.exec(text.trim());
  if (ago) return { atMs: nowMs - Number(ago[1]) * (UNIT_MS[ago[2] ?? ''] ?? 0) };
  const day = text === 'today' ? dayOf(nowMs) : text === 'yesterday' ? dayOf(nowMs - DAY_MS) : text.trim();
  if (/^\d{4}-\d\d-\d\d$/.test(day)) return dayBound(day, edge);
  return clockTime(day, nowMs);
}

function dayBound(day: string, edge: 'start' | 'end'): TimeBound | undefined {
  const wall = `${day} 00:00:00`;
  if (!exists(wall)) return undefined;
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return { wall: edge === 'start' ? wall : `${next} 00:00:00` };
}

const CLOCK =
  /^(?:(\d{4}-\d\d-\d\d)(?:[ T](?=\d)|$))?(?:(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/;

function clockTime(text: string, nowMs: number): TimeBound | undefined {
  const found = CLOCK.exec(text);
  if (found === null || (found[1] === undefined && found[2] === undefined)) return undefined;
  const [, day = dayOf(nowMs), hour = '0', minute = '00', second = '00', zone] = found;
  const wall = `${day} ${hour.padStart(2, '0')}:${minute}:${second}`;
  if (!exists(wall)) return undefined;
  return zone === undefined
    ? { wall }
    : { atMs: Date.parse(`${wall.replace(' ', 'T')}${zone === 'UTC' ? 'Z' : zone}`) };
}

/** A day or an hour that does not exist would be another one after a carry. */
function exists(wall: string): boolean {
  const utcMs = Date.parse(`${wall.replace(' ', 'T')}Z`);
  return !Number.isNaN(utcMs) && new Date(utcMs).toISOString().slice(0, 19).replace('T', ' ') === wall;
}

/** The day by the clock of this machine. */
function dayOf(atMs: number): string {
  const date = new Date(atMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
