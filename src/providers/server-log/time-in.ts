/** A line begins with its time, whatever the prefix has before it. `%n` writes seconds since 1970. */
const TIME = /(?:^|\n)[^\n]{0,80}?(?:(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)|\b(1\d{9})\.\d{3}\b)/g;

/** Pure: the time of the first line in the bytes that has one, in ms since 1970. */
export function firstTimeIn(bytes: Uint8Array, utcOffsetSeconds: number): number | undefined {
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').matchAll(TIME).next();
  return found.done ? undefined : timeOf(found.value, utcOffsetSeconds);
}

/** Pure: the time of the last such line. */
export function lastTimeIn(bytes: Uint8Array, utcOffsetSeconds: number): number | undefined {
  const tail = bytes.subarray(Math.max(0, bytes.length - 65_536));
  const text = Buffer.from(tail.buffer, tail.byteOffset, tail.length).toString('latin1');
  const last = [...text.matchAll(TIME)].at(-1);
  return last && timeOf(last, utcOffsetSeconds);
}

function timeOf([, clock, epochSeconds]: RegExpMatchArray, utcOffsetSeconds: number): number | undefined {
  if (clock === undefined) return Number(epochSeconds) * 1000;
  const ms = Date.parse(`${clock.replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? undefined : ms - utcOffsetSeconds * 1000;
}
