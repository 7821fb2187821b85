const BACKSLASH = 92;
const QUOTE = 34;
const LETTER_U = 117;
const SINGLE: Readonly<Record<number, number>> = { 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 };
const REPLACEMENT = 0xfffd;

/** Offset of the quote that ends the text from `at`, or -1. */
export function endOfText(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}

/** Writes a text of JSON over itself without its escapes, and gives its new end: no escape is shorter than what it means. */
export function unescape(bytes: Uint8Array, start: number, end: number): number {
  let from = start;
  while (from < end && bytes[from] !== BACKSLASH) from++;
  let to = from;
  while (from < end) {
    const byte = bytes[from] as number;
    if (byte !== BACKSLASH) {
      bytes[to++] = byte;
      from++;
    } else if (bytes[from + 1] !== LETTER_U) {
      const escaped = bytes[from + 1] as number;
      bytes[to++] = SINGLE[escaped] ?? escaped;
      from += 2;
    } else {
      const code = codeAt(bytes, from + 2, end);
      to = writeUtf8(bytes, to, code);
      from += code > 0xffff ? 12 : 6;
    }
  }
  return to;
}

/** The character of `\uXXXX`, or of two of them that are one. */
function codeAt(bytes: Uint8Array, at: number, end: number): number {
  const high = hexAt(bytes, at, end);
  if (high < 0xd800 || high > 0xdfff) return high;
  const isPair = bytes[at + 4] === BACKSLASH && bytes[at + 5] === LETTER_U;
  const low = isPair ? hexAt(bytes, at + 6, end) : 0;
  return high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff
    ? 0x10000 + ((high - 0xd800) << 10) + low - 0xdc00
    : REPLACEMENT;
}

function hexAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return REPLACEMENT;
  let code = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[i] as number), 16);
    if (Number.isNaN(digit)) return REPLACEMENT;
    code = code * 16 + digit;
  }
  return code;
}

function writeUtf8(bytes: Uint8Array, at: number, code: number): number {
  let to = at;
  if (code < 0x80) bytes[to++] = code;
  else if (code < 0x800) bytes[to++] = 0xc0 | (code >> 6);
  else if (code < 0x10000) {
    bytes[to++] = 0xe0 | (code >> 12);
    bytes[to++] = 0x80 | ((code >> 6) & 63);
  } else {
    bytes[to++] = 0xf0 | (code >> 18);
    bytes[to++] = 0x80 | ((code >> 12) & 63);
    bytes[to++] = 0x80 | ((code >> 6) & 63);
  }
  if (code >= 0x80) bytes[to++] = 0x80 | (code & 63);
  return to;
}
