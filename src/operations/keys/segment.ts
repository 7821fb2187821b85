/** Longer words are ids that happen to have no digit. */
const WORD_CHARACTERS = 32;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const PLAIN = /^[A-Za-z][A-Za-z_-]*$/;
const HEX_WORD = /^[0-9a-f]{8,}$/i;
/** `user123`: a word with a number behind it. */
const NUMBERED = /^([A-Za-z_]{2,})\d+$/;
/** What holds an address, or bytes in base64. */
const OPAQUE = /[@=+%]|\p{Cc}/u;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * One part of a key's name with everything that looks like an id, a number, a hash, a UUID or a date replaced by `*`. The part
 * holds bytes as characters 0 to 255; what is no UTF-8 is an id, too.
 */
export function maskedSegment(part: string): string {
  if (PLAIN.test(part) && part.length <= WORD_CHARACTERS && !HEX_WORD.test(part)) return part;
  const text = textOf(part);
  if (text === undefined || OPAQUE.test(text)) return '*';
  const masked = text
    .replaceAll(UUID, '*')
    .split(/([-_.,~ (){}[\]<>])/)
    .map((token, n) => (n % 2 === 1 ? token : maskedToken(token)))
    .join('');
  const joined = masked.replaceAll(/\*(?:[-_.,~ T]?\*)+/g, '*');
  return joined.length <= WORD_CHARACTERS ? joined : '*';
}

function maskedToken(token: string): string {
  if (!/\p{N}/u.test(token)) return HEX_WORD.test(token) ? '*' : token;
  const [, word] = NUMBERED.exec(token) ?? [];
  return word === undefined || HEX_WORD.test(token) ? '*' : `${word}*`;
}

function textOf(part: string): string | undefined {
  if (/^[\u0020-\u007e]*$/.test(part)) return part;
  return decoded(part);
}

/** Bytes as characters 0 to 255 to text, or undefined when they are no UTF-8. */
export function decoded(bytes: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}
