import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Pieces } from '../../core/backup-store.ts';

/** Some bytes in the order of the object; `number` counts from 1. `crc32` as S3 writes it. */
export type Part = { number: number; bytes: Uint8Array; crc32: string; isLast: boolean };

/** Sums of all bytes so far. */
export type Sums = { sizeBytes: number; sha256(): string; crc32(): string };

/** Cuts pieces into parts of the sizes that `sizeOf` gives; there is always one, and the last may be short or empty. */
export function cutIntoParts(
  pieces: Pieces,
  sizeOf: (number: number) => number,
): { parts: AsyncIterable<Part>; sums: Sums } {
  const sha256 = createHash('sha256');
  let crc = 0;
  const sums = { sizeBytes: 0, sha256: () => sha256.digest('hex'), crc32: () => inBase64(crc) };
  async function* cut(): AsyncGenerator<Part> {
    let held: Uint8Array[] = [];
    let heldBytes = 0;
    let number = 1;
    const part = (isLast: boolean): Part => {
      const bytes = Buffer.concat(held);
      const made = { number, bytes, crc32: inBase64(crc32(bytes)), isLast };
      [held, heldBytes, number] = [[], 0, number + 1];
      return made;
    };
    for await (const piece of pieces) {
      sha256.update(piece);
      crc = crc32(piece, crc);
      sums.sizeBytes += piece.byteLength;
      // A full part goes out only when more comes: the last one is known to be the last.
      for (let rest = piece; rest.byteLength > 0;) {
        if (heldBytes === sizeOf(number)) yield part(false);
        const taken = rest.subarray(0, sizeOf(number) - heldBytes);
        held.push(Uint8Array.from(taken));
        heldBytes += taken.byteLength;
        rest = rest.subarray(taken.byteLength);
      }
    }
    yield part(true);
  }
  return { parts: cut(), sums };
}

function inBase64(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}
