import { lsnText } from '../../core/lsn.ts';
import type { WalPiece } from './drain-plan.ts';

/** What every page of a system's WAL says of itself. `systemId` as text. */
export type WalForm = { systemId: string; segmentBytes: number; pageBytes: number };

/** WAL that is not what it should be; the sentence says where. */
export class BrokenWal extends Error {}

const SHORT_HEADER_BYTES = 24;
const LONG_HEADER_BYTES = 40;
const LONG_HEADER = 0x0002;

/**
 * Looks at a piece of WAL while it goes by: every page has the address where it lies, and the first says of which system it is. Throws
 * BrokenWal. A segment that was switched early ends with pages of zeros.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/access/xlog_internal.h
 */
export class PageCheck {
  readonly #piece: WalPiece;
  readonly #form: WalForm;
  readonly #header = Buffer.alloc(LONG_HEADER_BYTES);
  #doneBytes = 0;
  #inZeros = false;

  constructor(piece: WalPiece, form: WalForm) {
    this.#piece = piece;
    this.#form = form;
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength;) {
      const offset = this.#doneBytes % this.#form.pageBytes;
      const part = offset < LONG_HEADER_BYTES ? LONG_HEADER_BYTES - offset : this.#form.pageBytes - offset;
      const piece = bytes.subarray(at, at + part);
      if (offset < LONG_HEADER_BYTES) this.#header.set(piece, offset);
      this.#doneBytes += piece.byteLength;
      at += piece.byteLength;
      if (offset < LONG_HEADER_BYTES && this.#doneBytes % this.#form.pageBytes === LONG_HEADER_BYTES) this.#look();
    }
  }

  /** The piece has to be as long as its name says. */
  end(): void {
    const wanted = this.#piece.endLsn - this.#piece.startLsn;
    if (BigInt(this.#doneBytes) !== wanted) this.#broken(`it has ${this.#doneBytes} bytes in place of ${wanted}`);
    const headerBytes = this.#doneBytes % this.#form.pageBytes;
    if (headerBytes >= SHORT_HEADER_BYTES && headerBytes < LONG_HEADER_BYTES) this.#look();
  }

  #look(): void {
    const header = this.#header;
    const pageBytes = BigInt(this.#form.pageBytes);
    const page = (BigInt(this.#doneBytes - 1) / pageBytes) * pageBytes;
    const isZero = header.subarray(0, SHORT_HEADER_BYTES).every((byte) => byte === 0);
    if (isZero && page > 0n) {
      this.#inZeros = true;
      return;
    }
    if (this.#inZeros) this.#broken('it goes on after pages of zeros');
    const address = header.readBigUInt64LE(8);
    const wanted = this.#piece.startLsn + page;
    if (address !== wanted) this.#broken(`the page at ${lsnText(wanted)} says that it is at ${lsnText(address)}`);
    const timeline = header.readUInt32LE(4);
    if (timeline === 0 || timeline > this.#piece.timeline) this.#broken(`it has a page of timeline ${timeline}`);
    if (page === 0n) this.#lookAtSystem();
  }

  #lookAtSystem(): void {
    const { systemId, segmentBytes } = this.#form;
    if ((this.#header.readUInt16LE(2) & LONG_HEADER) === 0)
      this.#broken('its first page does not say of which system it is');
    const found = this.#header.readBigUInt64LE(24).toString();
    if (found !== systemId) this.#broken(`it is of the system ${found}, not of ${systemId}`);
    const size = this.#header.readUInt32LE(32);
    if (size !== segmentBytes) this.#broken(`its segments have ${size} bytes, not ${segmentBytes}`);
  }

  #broken(why: string): never {
    const { timeline, startLsn } = this.#piece;
    throw new BrokenWal(`the WAL from ${lsnText(startLsn)} of timeline ${timeline} is broken: ${why}`);
  }
}
