/** What an RDB says of itself before its first key. `keys` are those of the first database; absent where other things come first. */
export type RdbHead = { rdbVersion: number; serverVersion: string; keys?: number };

const [AUXILIARY, FUNCTION, RESIZE, SELECT, END] = [0xfa, 0xf5, 0xfb, 0xfe, 0xff];

/** Thrown where a part of the beginning is not there any more. */
class Cut extends Error {}

/**
 * Pure: reads the beginning of an RDB; undefined where it is none.
 * https://github.com/redis/redis/blob/7.0/src/rdb.c
 */
export function readRdbHead(bytes: Buffer): RdbHead | undefined {
  const [, version] = /^(?:REDIS|VALKEY)(\d{3,4})/.exec(bytes.toString('latin1', 0, 9)) ?? [];
  if (version === undefined) return undefined;
  const head: RdbHead = { rdbVersion: Number(version), serverVersion: 'unknown' };
  try {
    readOpcodes(new Reader(bytes, 9), head);
  } catch (thrown) {
    if (!(thrown instanceof Cut)) throw thrown;
  }
  return head;
}

function readOpcodes(reader: Reader, head: RdbHead): void {
  for (;;) {
    const opcode = reader.byte();
    if (opcode === AUXILIARY) {
      const [name, value] = [reader.text(), reader.text()];
      if (name === 'redis-ver' || name === 'valkey-ver') head.serverVersion = value;
    } else if (opcode === FUNCTION) reader.text();
    else if (opcode === SELECT) reader.length();
    else {
      if (opcode === RESIZE) head.keys = reader.length().value;
      if (opcode === END) head.keys = 0;
      return;
    }
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  /** Two bits say how long it is; `isSpecial` where they say that something else follows. */
  length(): { value: number; isSpecial: boolean } {
    const first = this.byte();
    const kind = first >> 6;
    if (kind === 0) return { value: first & 0x3f, isSpecial: false };
    if (kind === 1) return { value: ((first & 0x3f) << 8) | this.byte(), isSpecial: false };
    if (kind === 3) return { value: first & 0x3f, isSpecial: true };
    const isLong = first === 0x81;
    return { value: isLong ? Number(this.#take(8).readBigUInt64BE()) : this.#take(4).readUInt32BE(), isSpecial: false };
  }

  /** A text, or a number as text; one that is compressed is passed over and gives nothing. */
  text(): string {
    const { value, isSpecial } = this.length();
    if (!isSpecial) return this.#take(value).toString('latin1');
    if (value === 0) return String(this.#take(1).readInt8());
    if (value === 1) return String(this.#take(2).readInt16LE());
    if (value === 2) return String(this.#take(4).readInt32LE());
    const packed = this.length().value;
    this.length();
    this.#take(packed);
    return '';
  }

  #take(length: number): Buffer {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new Cut();
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }
}
