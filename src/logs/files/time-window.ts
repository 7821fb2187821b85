import type { LogFormat } from '../format.ts';
import { compilePrefix, PREFIX_FIELDS } from '../prefix.ts';
import { instantOf, WALL_BYTES } from './log-time.ts';
import type { TimeBound } from './time-bound.ts';

/** Entries from `since` on, and before `until`. */
export type TimeWindow = { since?: TimeBound; until?: TimeBound };

/** Where in a line its time begins, or -1: the line continues an entry. */
export type TimeFinder = (bytes: Uint8Array, start: number, end: number) => number;

const TIME = PREFIX_FIELDS.indexOf('time') * 2;
const JSON_START = Buffer.from('{"timestamp":"');
/** A prefix ends within so many bytes. */
const LONGEST_PREFIX = 2_048;

export function timeFinderOf(format: LogFormat): TimeFinder {
  if (format.format === 'csv') return (bytes, start, end) => (isTime(bytes, start, end) ? start : -1);
  if (format.format === 'json') {
    return (bytes, start, end) => {
      for (let i = 0; i < JSON_START.length; i++) if (bytes[start + i] !== JSON_START[i]) return -1;
      const at = start + JSON_START.length;
      return isTime(bytes, at, end) ? at : -1;
    };
  }
  const prefix = compilePrefix(format.prefix);
  return (bytes, start, end) => {
    if (prefix.match(bytes, start, Math.min(end, start + LONGEST_PREFIX)) < 0) return -1;
    const at = prefix.spans[TIME] as number;
    return at < 0 ? -1 : start + at;
  };
}

/** `2026-11-28 15:03:20`, by its signs. */
function isTime(bytes: Uint8Array, at: number, end: number): boolean {
  const signs = bytes[at + 4] === 45 && bytes[at + 7] === 45 && bytes[at + 10] === 32 && bytes[at + 13] === 58;
  return signs && at + WALL_BYTES < end && bytes[at + 16] === 58;
}

/** Which side of the window a time is on: 0 inside, -1 before, 1 at its end or after it. */
export type Side = -1 | 0 | 1;

export type SideFinder = (bytes: Uint8Array, at: number, end: number) => Side;

/** Finds the side of a time that stands in bytes; most lines have the second of the line before, and cost a comparison. */
export function sideFinderOf(window: TimeWindow): SideFinder {
  const seen = new Uint8Array(WALL_BYTES);
  let side: Side = 0;
  return (bytes, at, end) => {
    if (isSame(seen, bytes, at)) return side;
    seen.set(bytes.subarray(at, at + WALL_BYTES));
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(40, end - at)).toString('latin1');
    side = sideOf(text, window);
    return side;
  };
}

function isSame(seen: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = WALL_BYTES - 1; i >= 0; i--) if (seen[i] !== bytes[at + i]) return false;
  return true;
}

/** Pure: the side of a time as a log writes it, whatever follows it. */
export function sideOf(text: string, { since, until }: TimeWindow): Side {
  const time = timeOf(text);
  if (since !== undefined && isBefore(time, since)) return -1;
  return until !== undefined && !isBefore(time, until) ? 1 : 0;
}

type Time = { wall: string; atMs: number };

/** A time of the log: by its clock, and as an instant. */
function timeOf(text: string): Time {
  const [, epoch] = /^(\d{9,11})(?:\.\d+)?\b(?!-)/.exec(text) ?? [];
  if (epoch !== undefined) {
    const atMs = Number(epoch) * 1_000;
    return { wall: new Date(atMs).toISOString().slice(0, WALL_BYTES).replace('T', ' '), atMs };
  }
  const wall = text.slice(0, WALL_BYTES);
  const zone = /^(?:\.\d+)? ([A-Za-z]+|[+-][\d:]+)/.exec(text.slice(WALL_BYTES))?.[1] ?? '';
  return { wall, atMs: instantOf(wall, zone) };
}

function isBefore(time: Time, bound: TimeBound): boolean {
  return 'wall' in bound ? time.wall < bound.wall : time.atMs < bound.atMs;
}
