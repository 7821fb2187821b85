import { placeOf, type Fields } from '../fields.ts';
import { isSame, viewOf } from '../view.ts';
import { offsetMinutes } from './time-zones.ts';

/** A week of minutes; what is beyond is counted in the whole, but in no minute. */
const MOST_MINUTES = 7 * 24 * 60;
const MOST_ZONES = 10;
const TIME = placeOf('time');
/** `2026-11-28 15:03` */
const MINUTE_LENGTH = 16;
/** Processes write a little out of order; a time that is further back than this is a clock that was set back. */
const JUMP_MS = 2 * 60_000;

/** What happened in one minute; `minute` is in UTC, `2026-11-28 15:03`, or as the log writes it where its zone is in `unknownZones`. */
export type Minute = { minute: string; statements: number; totalMs: number; errors: number; connections: number };

/** Minutes in order, how often the clock went back, and the zones that cannot be told from others of the same name. */
export type TimelineTally = { timeline: Minute[]; clockJumps: number; unknownZones: string[] };

export type Timeline = {
  /** The minute of an entry; one to throw away when it tells no time. */
  minuteOf(bytes: Buffer, start: number, fields: Fields): Minute;
  /** The hour of the minute that was asked for last, 0 to 23. */
  readonly hour: number;
  tally(): TimelineTally;
};

export function createTimeline(): Timeline {
  return new MinuteTable();
}

class MinuteTable implements Timeline {
  hour = 0;
  readonly #known = new Map<string, Minute>();
  readonly #zones = new Set<string>();
  readonly #seen = new DataView(new ArrayBuffer(MINUTE_LENGTH));
  /** The last bytes of the time: the zone, as far as an hour that comes twice needs it. */
  #seenZone = 0;
  #last = emptyMinute('');
  #lastMs = 0;
  #clockJumps = 0;

  minuteOf(bytes: Buffer, start: number, fields: Fields): Minute {
    const from = start + (fields.spans[TIME] as number);
    const to = start + (fields.spans[TIME + 1] as number);
    if (from < start || to - from < 4) return this.#last;
    const view = viewOf(bytes);
    const zone = view.getInt32(to - 4);
    const isLong = from + MINUTE_LENGTH <= view.byteLength;
    if (isLong && zone === this.#seenZone && isSame(this.#seen, 0, view, from, MINUTE_LENGTH)) return this.#last;
    for (let i = 0; i < MINUTE_LENGTH; i++) this.#seen.setUint8(i, bytes[from + i] ?? 0);
    this.#seenZone = zone;
    this.#begin(bytes.toString('latin1', from, to));
    return this.#last;
  }

  tally(): TimelineTally {
    const timeline = [...this.#known.values()].toSorted((a, b) => (a.minute < b.minute ? -1 : 1));
    return { timeline, clockJumps: this.#clockJumps, unknownZones: [...this.#zones] };
  }

  #begin(time: string): void {
    const ms = this.#msOf(time);
    if (Number.isNaN(ms)) return;
    const minute = new Date(ms).toISOString().slice(0, MINUTE_LENGTH).replace('T', ' ');
    this.hour = Number(minute.slice(11, 13));
    if (ms <= this.#lastMs - JUMP_MS) this.#clockJumps++;
    if (ms > this.#lastMs || ms <= this.#lastMs - JUMP_MS) this.#lastMs = ms;
    this.#last = this.#known.get(minute) ?? emptyMinute(minute);
    if (this.#known.size < MOST_MINUTES) this.#known.set(minute, this.#last);
  }

  /** Milliseconds of the minute in UTC, of `2026-11-28 15:03:20.123 CET` or `1764342200.123`. */
  #msOf(time: string): number {
    if (time[4] !== '-') return Math.floor(Number(time) / 60) * 60_000;
    const zone = time.slice(time.lastIndexOf(' ') + 1);
    const offset = offsetMinutes(zone);
    if (offset === undefined && this.#zones.size < MOST_ZONES) this.#zones.add(zone);
    return Date.parse(`${time.slice(0, 10)}T${time.slice(11, MINUTE_LENGTH)}Z`) - (offset ?? 0) * 60_000;
  }
}

function emptyMinute(minute: string): Minute {
  return { minute, statements: 0, totalMs: 0, errors: 0, connections: 0 };
}
