/** A piece of one CopyData message, as it came. `bytes` are only good until the taker is done with them: copy what is kept. */
export type CopyPiece = {
  /** The message's first byte, which is not among `bytes`. */
  kind: number;
  bytes: Buffer;
  /** Where the piece begins in what follows the first byte, and how long that is in all. */
  at: number;
  totalBytes: number;
};

export type FrameTaker = {
  /** A message of another type, whole; its body is a copy. */
  message(type: string, body: Buffer): void;
  /** Nothing more is given until a promise that comes back is kept. */
  copied(piece: CopyPiece): Promise<void> | undefined;
};

const HEADER_BYTES = 5;
const COPY_DATA = 0x64;

/**
 * Takes the messages of a server apart without waiting and without copying what is copied out of it: type, length, body.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class FrameReader {
  readonly #taker: FrameTaker;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #bodyBytes = 0;
  #doneBytes = 0;
  #kind = 0;
  #kept: Buffer[] = [];

  constructor(taker: FrameTaker) {
    this.#taker = taker;
  }

  /** A promise where the taker wants to be waited for; `bytes` may be used again by then. */
  feed(bytes: Buffer): Promise<void> | undefined {
    for (let at = 0; at < bytes.length;) {
      if (this.#headerBytes < HEADER_BYTES) {
        at += this.#readHeader(bytes, at);
        continue;
      }
      const end = Math.min(bytes.length, at + this.#bodyBytes - this.#doneBytes);
      const wait = this.#take(bytes.subarray(at, end));
      at = end;
      if (wait) {
        const rest = Buffer.from(bytes.subarray(at));
        return wait.then(() => this.feed(rest));
      }
    }
    return undefined;
  }

  #readHeader(bytes: Buffer, at: number): number {
    const length = bytes.copy(this.#header, this.#headerBytes, at, at + HEADER_BYTES - this.#headerBytes);
    this.#headerBytes += length;
    if (this.#headerBytes < HEADER_BYTES) return length;
    this.#bodyBytes = this.#header.readInt32BE(1) - 4;
    this.#doneBytes = 0;
    this.#kept = [];
    if (this.#bodyBytes === 0) this.#end();
    return length;
  }

  #take(piece: Buffer): Promise<void> | undefined {
    const at = this.#doneBytes;
    const totalBytes = this.#bodyBytes - 1;
    this.#doneBytes += piece.length;
    if (this.#header[0] !== COPY_DATA) {
      this.#kept.push(Buffer.from(piece));
      if (this.#doneBytes === this.#bodyBytes) this.#end();
      return undefined;
    }
    if (this.#doneBytes === this.#bodyBytes) this.#headerBytes = 0;
    if (at > 0) return this.#taker.copied({ kind: this.#kind, bytes: piece, at: at - 1, totalBytes });
    this.#kind = piece[0] ?? 0;
    // The first byte alone says nothing, unless it is all there is.
    if (piece.length === 1 && totalBytes > 0) return undefined;
    return this.#taker.copied({ kind: this.#kind, bytes: piece.subarray(1), at: 0, totalBytes });
  }

  #end(): void {
    this.#headerBytes = 0;
    this.#taker.message(String.fromCharCode(this.#header[0] ?? 0), Buffer.concat(this.#kept));
  }
}

/** A message as a client sends it. */
export function frame(type: string, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const message = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  message.write(type, 0, 'latin1');
  message.writeInt32BE(4 + body.length, 1);
  message.set(body, HEADER_BYTES);
  return message;
}

/** The cells of a DataRow, as text. */
export function cellsOf(body: Buffer): (string | null)[] {
  const cells: (string | null)[] = [];
  for (let at = 2; cells.length < body.readInt16BE(0);) {
    const length = body.readInt32BE(at);
    at += 4;
    cells.push(length < 0 ? null : body.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  return cells;
}

/** The fields of an ErrorResponse or NoticeResponse by their letter. https://www.postgresql.org/docs/current/protocol-error-fields.html */
export function fieldsOf(body: Buffer): Record<string, string> {
  const fields = body.toString('utf8').split('\0').filter(Boolean);
  return Object.fromEntries(fields.map((field) => [field.slice(0, 1), field.slice(1)]));
}
