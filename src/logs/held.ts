/** Bytes that were pushed and are not read yet, in one buffer of their own: what reads them may change them in place. */
export class HeldBytes {
  bytes: Buffer = Buffer.allocUnsafe(2 * 1024 * 1024);
  /** What is read next. */
  start = 0;
  end = 0;

  /** Offsets into `bytes` but `start` and `end` mean nothing afterwards. */
  add(chunk: Uint8Array): void {
    const rest = this.end - this.start;
    if (this.end + chunk.length > this.bytes.length) {
      const isEnough = rest + chunk.length <= this.bytes.length;
      const target = isEnough ? this.bytes : Buffer.allocUnsafe(2 * (rest + chunk.length));
      this.bytes.copy(target, 0, this.start, this.end);
      this.bytes = target;
      this.start = 0;
      this.end = rest;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Offset of the next newline from `from`, or -1. */
  newlineFrom(from: number): number {
    const newline = this.bytes.indexOf(10, from);
    return newline < this.end ? newline : -1;
  }
}
