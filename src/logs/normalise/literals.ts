import { DIGIT, KIND, LETTER } from './bytes.ts';

/**
 * Where a literal, a comment or a quoted name ends. Each gets the offset of its first byte and gives the offset after its last
 * one, or -1 when it does not end before `end` (the statement is cut off) or when its end cannot be trusted.
 */
export type EndOf = (bytes: Uint8Array, at: number, end: number) => number;

const BACKSLASH = 92;
const SINGLE = 39;
const DOUBLE = 34;

/**
 * `'…'`. One with a quote right after a backslash cannot be trusted: with standard_conforming_strings off the backslash hides the
 * quote, and the literal ends elsewhere.
 */
export const endOfString: EndOf = (bytes, at, end) => {
  for (let i = at + 1; i < end; i++) {
    if (bytes[i] !== SINGLE) continue;
    if (bytes[i - 1] === BACKSLASH) return -1;
    if (bytes[i + 1] !== SINGLE || i + 1 >= end) return i + 1;
    i++;
  }
  return -1;
};

/** `"…"`, in which a doubled quote stands for itself. */
export const endOfName: EndOf = (bytes, at, end) => {
  for (let i = at + 1; i < end; i++) {
    if (bytes[i] !== DOUBLE) continue;
    if (bytes[i + 1] !== DOUBLE || i + 1 >= end) return i + 1;
    i++;
  }
  return -1;
};

/** `'…'` of an E'' string, in which a backslash hides the next byte. */
export const endOfEscapeString: EndOf = (bytes, at, end) => {
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH) i++;
    else if (byte === SINGLE) {
      if (bytes[i + 1] !== SINGLE || i + 1 >= end) return i + 1;
      i++;
    }
  }
  return -1;
};

/** `$$…$$` and `$tag$…$tag$`; gives `at` itself when the dollar begins no such string. */
export const endOfDollarString: EndOf = (bytes, at, end) => {
  let opened = at + 1;
  if (KIND[bytes[opened] as number] === DIGIT) return at;
  while (opened < end && isWord(bytes[opened] as number)) opened++;
  if (opened >= end || bytes[opened] !== 36) return at;
  const length = opened + 1 - at;
  for (let i = opened + 1; i + length <= end; i++) {
    if (bytes[i] !== 36) continue;
    let same = 1;
    while (same < length && bytes[i + same] === bytes[at + same]) same++;
    if (same === length) return i + length;
    // The dollar that broke the comparison can begin the tag itself.
    i += same - 1;
  }
  return -1;
};

/** A number in any form: `1`, `.5`, `1.5e-10`, `0x1F`, `1_000`, and letters that stand right after it. */
export const endOfNumber: EndOf = (bytes, at, end) => {
  let i = at;
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (isWord(byte)) continue;
    const next = i + 1 < end ? (bytes[i + 1] as number) : 0;
    // Two dots are a range of PL/pgSQL.
    if (byte === 46 && next !== 46) continue;
    const sign = (byte === 43 || byte === 45) && isExponent(bytes, at, i) && KIND[next] === DIGIT;
    if (!sign) break;
  }
  return i;
};

/** An `e` is an exponent but in a number of base 16. */
function isExponent(bytes: Uint8Array, at: number, sign: number): boolean {
  return sign > at + 1 && ((bytes[sign - 1] as number) | 32) === 101 && ((bytes[at + 1] as number) | 32) !== 120;
}

/** A block comment; they nest. */
export const endOfBlockComment: EndOf = (bytes, at, end) => {
  let depth = 0;
  for (let i = at; i + 1 < end; i++) {
    const pair = ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
    if (pair === 0x2f2a) depth++;
    else if (pair === 0x2a2f) depth--;
    else continue;
    i++;
    if (depth === 0) return i + 1;
  }
  return -1;
};

/** A comment to the end of its line. */
export const endOfLineComment: EndOf = (bytes, at, end) => {
  let i = at;
  while (i < end && bytes[i] !== 10 && bytes[i] !== 13) i++;
  return i;
};

function isWord(byte: number): boolean {
  const kind = KIND[byte];
  return kind === LETTER || kind === DIGIT;
}
