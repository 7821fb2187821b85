/** What takes an RDB; a promise that comes back holds up whoever sends. */
export type RdbTaker = { write(bytes: Buffer): Promise<void> | undefined };

const MARK_BYTES = 40;
const LINE_FEED = 10;
/** A line of the handshake is never longer. */
const LINE_MOST = 4096;

/**
 * Cuts what a server sends to a replica into lines and one RDB: lines end with a line feed, empty ones only say that it lives, and the
 * RDB begins with `$<length>` or, where its length is not known yet, `$EOF:<40 bytes>`, which stand behind its end then.
 * https://github.com/redis/redis/blob/7.0/src/replication.c
 */
export class PayloadReader {
  readonly #said: (line: string) => void;
  #taker: RdbTaker | undefined;
  #line = '';
  #mark: Buffer | undefined;
  #tail: Buffer = Buffer.alloc(0);
  #leftBytes = 0;
  #state: 'lines' | 'counted' | 'marked' | 'over' = 'lines';
  /** How large it is, where the server has said so. */
  totalBytes = 0;
  doneBytes = 0;

  constructor(said: (line: string) => void) {
    this.#said = said;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** From now on a line that begins with `$` begins the RDB. */
  expect(taker: RdbTaker): void {
    this.#taker = taker;
  }

  /** Nothing more may be fed until a promise that comes back is kept. Throws where a line has no end. */
  feed(bytes: Buffer): Promise<void> | undefined {
    let at = 0;
    while (this.#state === 'lines' && at < bytes.length) at = this.#lineFrom(bytes, at);
    const rest = bytes.subarray(at);
    if (rest.length === 0) return undefined;
    if (this.#state === 'counted') return this.#counted(rest);
    return this.#state === 'marked' ? this.#marked(rest) : undefined;
  }

  #lineFrom(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LINE_FEED, at);
    this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
    if (this.#line.length > LINE_MOST) throw new TypeError('the server sent a line without an end');
    if (end < 0) return bytes.length;
    const line = this.#line.replace(/\r$/, '');
    this.#line = '';
    if (line.startsWith('$') && this.#taker) this.#begin(line);
    else if (line !== '') this.#said(line);
    return end + 1;
  }

  #begin(line: string): void {
    const [, mark] = /^\$EOF:(.{40})$/.exec(line) ?? [];
    if (mark !== undefined) {
      this.#mark = Buffer.from(mark, 'latin1');
      this.#state = 'marked';
      return;
    }
    const [, length] = /^\$(\d+)$/.exec(line) ?? [];
    if (length === undefined) throw new TypeError('the server said no length of its RDB');
    this.#leftBytes = this.totalBytes = Number(length);
    this.#state = this.#leftBytes === 0 ? 'over' : 'counted';
  }

  #counted(bytes: Buffer): Promise<void> | undefined {
    const own = bytes.subarray(0, this.#leftBytes);
    this.#leftBytes -= own.length;
    if (this.#leftBytes === 0) this.#state = 'over';
    return this.#write(own);
  }

  /** The last bytes may be the beginning of the mark, so they are held back; servers before 7.0.6 send line feeds behind it. */
  #marked(bytes: Buffer): Promise<void> | undefined {
    const all = this.#tail.length === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    const end = this.#mark ? all.indexOf(this.#mark) : -1;
    if (end >= 0) this.#state = 'over';
    const own = all.subarray(0, end >= 0 ? end : Math.max(0, all.length - MARK_BYTES));
    this.#tail = Buffer.from(all.subarray(own.length));
    return own.length === 0 ? undefined : this.#write(own);
  }

  #write(bytes: Buffer): Promise<void> | undefined {
    this.doneBytes += bytes.length;
    return this.#taker?.write(bytes);
  }
}
