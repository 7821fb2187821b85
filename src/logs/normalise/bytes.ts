/** What a byte of a statement can begin. */
export const OTHER = 0;
export const BLANK = 1;
export const DIGIT = 2;
export const LETTER = 3;
export const QUOTE = 4;
export const DOUBLE_QUOTE = 5;
export const DOLLAR = 6;
export const OPERATOR = 7;
export const DOT = 8;

function kindOf(byte: number): number {
  const sign = String.fromCharCode(byte);
  if (byte >= 128 || /[A-Za-z_]/.test(sign)) return LETTER;
  if (/[0-9]/.test(sign)) return DIGIT;
  if (/\s/.test(sign)) return BLANK;
  if (/[-+*/<>=~!@#%^&|`?]/.test(sign)) return OPERATOR;
  return (
    new Map([
      ["'", QUOTE],
      ['"', DOUBLE_QUOTE],
      ['$', DOLLAR],
      ['.', DOT],
    ]).get(sign) ?? OTHER
  );
}

/** The kind of each byte. https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
export const KIND = Uint8Array.from({ length: 256 }, (_, byte) => kindOf(byte));

/** Each byte with the letters of ASCII made small. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
