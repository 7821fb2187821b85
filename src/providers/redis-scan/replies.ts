/** An error that the server sent in place of an answer. */
export class ReplyError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}
/** Strings hold bytes as characters 0 to 255. */
export type Reply = number | string | null | ReplyError | readonly Reply[];

const CR = 13;
const [PLUS, MINUS, COLON, DOLLAR, STAR] = [43, 45, 58, 36, 42];
const MISSING = Symbol('the rest of the reply has not come yet');

/**
 * Cuts what a server sends into replies. Only what RESP2 has, and synchronous: a promise a reply is what makes a driver slow here.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export function replyReader(onReply: (reply: Reply) => void): (chunk: Buffer) => void {
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;

  /** The end of the line that begins at `from`, or -1. */
  function lineEnd(from: number): number {
    const end = bytes.indexOf(CR, from);
    return end >= 0 && end + 1 < bytes.length ? end : -1;
  }

  function integer(from: number, end: number): number {
    const negative = bytes[from] === MINUS;
    let value = 0;
    for (let i = negative ? from + 1 : from; i < end; i += 1) value = value * 10 + (bytes[i] ?? 0) - 48;
    return negative ? -value : value;
  }

  function bulk(length: number): string | null | typeof MISSING {
    if (length < 0) return null;
    if (at + length + 2 > bytes.length) return MISSING;
    const text = bytes.toString('latin1', at, at + length);
    at += length + 2;
    return text;
  }

  function list(length: number): readonly Reply[] | null | typeof MISSING {
    if (length < 0) return null;
    const items: Reply[] = [];
    for (let n = 0; n < length; n += 1) {
      const item = next();
      if (item === MISSING) return MISSING;
      items.push(item);
    }
    return items;
  }

  function next(): Reply | typeof MISSING {
    const kind = bytes[at];
    const end = lineEnd(at);
    if (end < 0) return MISSING;
    const from = at + 1;
    at = end + 2;
    if (kind === COLON) return integer(from, end);
    if (kind === DOLLAR) return bulk(integer(from, end));
    if (kind === STAR) return list(integer(from, end));
    const text = bytes.toString('latin1', from, end);
    if (kind === PLUS) return text;
    return new ReplyError(kind === MINUS ? text : 'the server sent what is no reply');
  }

  return (chunk) => {
    bytes = at < bytes.length ? Buffer.concat([bytes.subarray(at), chunk]) : chunk;
    at = 0;
    for (;;) {
      const start = at;
      const reply = next();
      if (reply === MISSING) {
        at = start;
        return;
      }
      onReply(reply);
    }
  };
}

/** A command as the server reads it; every word holds bytes as characters 0 to 255. */
export function frame(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map(bulkOf).join('')}`;
}

/** The words of a command that has one more, which follows as `bulkOf(word)`. */
export function frameHead(...words: readonly string[]): string {
  return `*${words.length + 1}\r\n${words.map(bulkOf).join('')}`;
}

export function bulkOf(word: string): string {
  return `$${word.length}\r\n${word}\r\n`;
}
