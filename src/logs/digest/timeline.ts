import { placeOf, type Fields } from '../fields.ts';
import { isSame, viewOf } from '../view.ts';

/** A week of minutes; what is beyond is counted in the whole, but in no minute. */
const MOST_MINUTES = 7 * 24 * 60;
const TIME = placeOf('time');
/** `2026-11-28 15:03` */
const MINUTE_LENGTH = 16;

/** What happened in one minute; `minute` is as the log writes it, `2026-11-28 15:03`, or in UTC for a prefix with %n. */
export type Minute = { minute: string; statements: number; totalMs: number; errors: number; connections: number };

export type Timeline = {
  /** The minute of an entry; one to throw away when the prefix tells no time. */
  minuteOf(bytes: Buffer, start: number, fields: Fields): Minute;
  minutes(): Minute[];
};

export function createTimeline(): Timeline {
  const known = new Map<string, Minute>();
  const seen = new DataView(new ArrayBuffer(MINUTE_LENGTH));
  let last = emptyMinute('');
  return {
    minuteOf(bytes, start, fields) {
      const from = start + (fields.spans[TIME] as number);
      if (from < start) return last;
      const view = viewOf(bytes);
      if (from + MINUTE_LENGTH <= view.byteLength && isSame(seen, 0, view, from, MINUTE_LENGTH)) return last;
      for (let i = 0; i < MINUTE_LENGTH; i++) seen.setUint8(i, bytes[from + i] ?? 0);
      const minute = minuteText(bytes.toString('latin1', from, start + (fields.spans[TIME + 1] as number)));
      last = known.get(minute) ?? emptyMinute(minute);
      if (known.size < MOST_MINUTES) known.set(minute, last);
      return last;
    },
    minutes: () => [...known.values()].toSorted((a, b) => (a.minute < b.minute ? -1 : 1)),
  };
}

function emptyMinute(minute: string): Minute {
  return { minute, statements: 0, totalMs: 0, errors: 0, connections: 0 };
}

function minuteText(time: string): string {
  if (time[4] === '-') return time.slice(0, MINUTE_LENGTH);
  return new Date(Number(time) * 1_000).toISOString().slice(0, MINUTE_LENGTH).replace('T', ' ');
}
