import * as v from 'valibot';
import { secondsOf } from '../mute/duration.ts';

/** As `backups` lists it. */
export const Label = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^\d{8}T\d{6}Z-[a-z][a-z-]*$/, 'the name of a backup as /db backups lists it, such as 20261129T020000Z-full'),
);
export const Reason = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(3, 'say in a few words why, for whoever looks at it later'),
  v.maxLength(300, 'say it in 300 characters at most'),
);

export const UNTIL_WORDS = 'a time such as 30d or 12w (at most 90 days), a day such as 2027-03-31, or `forever`';

/** Pure: the ISO time at which a pin ends, null for never, undefined where it is neither. */
export function untilOf(typed: string, startedAt: string): string | null | undefined {
  const text = typed.trim().toLowerCase();
  if (text === 'forever') return null;
  const startMs = Date.parse(startedAt);
  const seconds = secondsOf(text);
  if (seconds !== undefined) return new Date(startMs + seconds * 1000).toISOString();
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const endMs = Date.parse(`${text}T23:59:59.000Z`);
  return endMs > startMs ? new Date(endMs).toISOString() : undefined;
}
