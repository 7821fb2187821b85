import { KIND, OPERATOR } from './bytes.ts';

/** Whether two bytes begin a comment. */
export function beginsComment(byte: number, next: number): boolean {
  return (byte === 45 && next === 45) || (byte === 47 && next === 42);
}

/** The longest run of signs, but for a comment that begins in it and for `+` and `-` at its end, unless a rare sign is in it. */
export function endOfOperator(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && KIND[bytes[stop] as number] === OPERATOR) {
    if (stop > at && beginsComment(bytes[stop] as number, bytes[stop + 1] as number)) break;
    stop++;
  }
  while (stop > at + 1 && isPlusOrMinus(bytes[stop - 1] as number) && !hasRareSign(bytes, at, stop)) stop--;
  return stop;
}

function isPlusOrMinus(byte: number): boolean {
  return byte === 43 || byte === 45;
}

const COMMON = new Set(Buffer.from('+-*/<>='));

function hasRareSign(bytes: Uint8Array, at: number, stop: number): boolean {
  // Longer operators than names there are none; a run of signs must not be read again and again.
  for (let i = at; i < Math.min(stop, at + 63); i++) if (!COMMON.has(bytes[i] as number)) return true;
  return false;
}
